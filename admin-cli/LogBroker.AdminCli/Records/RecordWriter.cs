using System.Text.Json.Nodes;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Records;

/// <summary>Writes records one by one as they come, in the format that was asked for.</summary>
/// <param name="output">Standard output.</param>
/// <param name="format">For programs one record a line or element; for people <paramref name="table"/>; else <paramref name="text"/>.</param>
/// <param name="text">How a record is written as text.</param>
/// <param name="table">How people see records.</param>
/// <param name="decoding">How keys and values are shown to programs.</param>
internal sealed class RecordWriter(TextWriter output, OutputFormat format, RecordFormat text, RecordTable table, Decoding decoding)
{
    private bool _hasWritten;

    public void Write(ConsumedRecord<byte[], byte[]> record)
    {
        switch (format)
        {
            case OutputFormat.Ndjson:
                output.WriteLine(JsonText.OneLine(ToJson(record)));
                break;
            case OutputFormat.Json:
                output.WriteLine(_hasWritten ? "," : "[");
                output.Write(JsonText.Indented(ToJson(record)));
                break;
            case OutputFormat.Yaml:
                YamlText.Write(new JsonArray(ToJson(record)), output);
                break;
            case OutputFormat.Table:
                if (!_hasWritten) table.WriteHeader();
                table.Write(record);
                break;
            default:
                if (text.EndsLines) output.Write(text.Of(record));
                else output.WriteLine(text.Of(record));
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

    private JsonObject ToJson(ConsumedRecord<byte[], byte[]> record)
    {
        var json = new JsonObject
        {
            ["topic"] = record.Topic,
            ["partition"] = record.Partition,
            ["offset"] = record.Offset.Value,
            ["timestamp"] = record.Timestamp.ToUnixTimeMilliseconds(),
        };
        RecordBytes.Write(json, "key", record.Key, decoding);
        RecordBytes.Write(json, "value", record.Value, decoding);
        json["headers"] = new JsonArray([.. record.Headers.Select(ToJson)]);
        return json;
    }

    private static JsonNode ToJson(RecordHeader header)
    {
        var json = new JsonObject { ["key"] = header.Key };
        RecordBytes.Write(json, "value", header.Value?.ToArray(), Decoding.Auto);
        return json;
    }
}
