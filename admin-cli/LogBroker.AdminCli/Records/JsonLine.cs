using System.Text.Json;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Records;

/// <summary>Reads a record from a line of JSON: <c>{"key": ..., "value": ..., "headers": {...}, "partition": 0, "timestamp": 0}</c>, the same
/// that <c>consume --output ndjson</c> writes. How keys and values stand for bytes is <see cref="RecordBytes"/>'.</summary>
internal static class JsonLine
{
    /// <summary>Those that <c>consume</c> writes besides are passed over.</summary>
    private static readonly string[] Names = ["key", "keyEncoding", "value", "valueEncoding", "headers", "partition", "timestamp", "topic", "offset"];

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
            CheckNames(record);
            return new InputRecord(RecordBytes.Read(record, "key"), RecordBytes.Read(record, "value"))
            {
                Headers = record.TryGetProperty("headers", out JsonElement headers) ? Headers(headers) : [],
                Partition = Number(record, "partition") is { } partition ? checked((int)partition) : null,
                Timestamp = Number(record, "timestamp") is { } timestamp ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp) : null,
            };
        }
        catch (JsonException e)
        {
            throw Refused(number, $"it is no JSON at byte {e.BytePositionInLine}");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw Refused(number, e.Message);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw Refused(number, "its partition or its timestamp is a number that cannot be one");
        }
    }

    /// <summary>A name that is mistyped must not make a record without a value: in a compacted topic that deletes.</summary>
    private static void CheckNames(JsonElement record)
    {
        foreach (JsonProperty property in record.EnumerateObject())
        {
            if (!Names.Contains(property.Name))
                throw new FormatException($"it says \"{property.Name}\", which is nothing of a record.{NearestName.Question(property.Name, Names)}");
        }

        if (!record.TryGetProperty("value", out _)) throw new FormatException("it has no \"value\"; a tombstone has \"value\": null");
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
        $"Line {number} is no record: {reason}{(reason[^1] is '?' or '.' ? "" : ".")} The lines before it are written.", """Write {"key": "k", "value": "v", "headers": {"name": "text"}}, or let consume -o ndjson write it""");
}
