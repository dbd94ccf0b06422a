using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Records;

/// <summary>Writes records one by one as they come, in the format that was asked for.</summary>
/// <param name="output">Standard output.</param>
/// <param name="format">For programs one record a line or element; for people <paramref name="text"/>.</param>
/// <param name="text">How people see a record.</param>
/// <param name="decoding">How keys and values are shown to programs.</param>
internal sealed class RecordWriter(TextWriter output, OutputFormat format, RecordFormat text, Decoding decoding)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _hasWritten;

    public void Write(ConsumedRecord<byte[], byte[]> record)
    {
        switch (format)
        {
            case OutputFormat.Ndjson:
                output.WriteLine(ToJson(record).ToJsonString(OneLine));
                break;
            case OutputFormat.Json:
                output.WriteLine(_hasWritten ? "," : "[");
                output.Write(ToJson(record).ToJsonString(Indented));
                break;
            case OutputFormat.Yaml:
                YamlText.Write(new JsonArray(ToJson(record)), output);
                break;
            default:
                output.WriteLine(text.Of(record));
                break;
        }
        _hasWritten = true;
    }

    /// <summary>Ends what has to be ended.</summary>
    public void Close()
    {
        if (format == OutputFormat.Json) output.WriteLine(_hasWritten ? "\n]" : "[]");
        else if (format == OutputFormat.Yaml && !_hasWritten) output.WriteLine("[]");
    }

    private JsonObject ToJson(ConsumedRecord<byte[], byte[]> record) => new()
    {
        ["topic"] = record.Topic,
        ["partition"] = record.Partition,
        ["offset"] = record.Offset.Value,
        ["timestamp"] = record.Timestamp.ToUnixTimeMilliseconds(),
        ["key"] = Decoded.Json(record.Key, decoding),
        ["value"] = Decoded.Json(record.Value, decoding),
        ["headers"] = new JsonArray([.. record.Headers.Select(header => (JsonNode)new JsonObject
        {
            ["key"] = header.Key,
            ["value"] = Decoded.Json(header.Value?.ToArray(), Decoding.Auto),
        })]),
    };
}
