using System.Text.Json;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Records;

/// <summary>Reads a record from a line of JSON: <c>{"key": ..., "value": ..., "headers": {...}, "partition": 0, "timestamp": 0}</c>, the same
/// that <c>consume --output ndjson</c> writes. How keys and values stand for bytes is <see cref="RecordBytes"/>'.</summary>
internal static class JsonLine
{
    /// <summary>A value as deep as readers of JSON take by themselves, within a record.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    /// <exception cref="CommandException">The line is no such object.</exception>
    public static InputRecord Parse(byte[] line, long number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, Options);
            JsonElement record = document.RootElement;
            if (record.ValueKind != JsonValueKind.Object) throw new FormatException("it is no object");
            return new InputRecord(RecordBytes.Read(record, "key"), RecordBytes.Read(record, "value"))
            {
                Headers = record.TryGetProperty("headers", out JsonElement headers) ? Headers(headers) : [],
                Partition = Number(record, "partition") is { } partition ? checked((int)partition) : null,
                Timestamp = Number(record, "timestamp") is { } timestamp ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp) : null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Refused(number, e.Message);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw Refused(number, "its partition or its timestamp is a number that cannot be one");
        }
    }

    private static long? Number(JsonElement record, string name)
    {
        if (!record.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : throw new FormatException($"its {name} is no whole number");
    }

    private static RecordHeader[] Headers(JsonElement headers) => headers.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Object => [.. headers.EnumerateObject().Select(header => new RecordHeader(header.Name, RecordBytes.Plain(header.Value)))],
        JsonValueKind.Array => [.. headers.EnumerateArray().Select(Header)],
        _ => throw new FormatException("its headers are neither an object nor a list"),
    };

    private static RecordHeader Header(JsonElement header) =>
        header.ValueKind == JsonValueKind.Object && header.TryGetProperty("key", out JsonElement key) && key.ValueKind == JsonValueKind.String
            ? new RecordHeader(key.GetString()!, RecordBytes.Read(header, "value"))
            : throw new FormatException("""a header in a list is {"key": "name", "value": "text"}""");

    private static CommandException Refused(long number, string reason) => new(
        $"Line {number} is no record: {reason}{(reason[^1] is '?' or '.' ? "" : ".")} The lines before it are written.", """Write {"key": "k", "value": "v", "headers": {"name": "text"}}""");
}
