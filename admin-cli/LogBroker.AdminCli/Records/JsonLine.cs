using System.Text;
using System.Text.Json;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Records;

/// <summary>Reads a record from a line of JSON: <c>{"key": ..., "value": ..., "headers": {...}, "partition": 0, "timestamp": 0}</c>, the same
/// that <c>consume --output ndjson</c> writes. Text is taken as it is, other values as their JSON.</summary>
internal static class JsonLine
{
    /// <exception cref="CommandException">The line is no such object.</exception>
    public static InputRecord Parse(byte[] line, long number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement record = document.RootElement;
            if (record.ValueKind != JsonValueKind.Object) throw Refused(number, "it is no object");
            return new InputRecord(Bytes(record, "key"), Bytes(record, "value"))
            {
                Headers = record.TryGetProperty("headers", out JsonElement headers) ? Headers(headers, number) : [],
                Partition = record.TryGetProperty("partition", out JsonElement partition) ? partition.GetInt32() : null,
                Timestamp = record.TryGetProperty("timestamp", out JsonElement timestamp)
                    ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp.GetInt64())
                    : null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw Refused(number, e.Message);
        }
    }

    private static byte[]? Bytes(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement value) ? Bytes(value) : null;

    private static byte[]? Bytes(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => Encoding.UTF8.GetBytes(value.GetString()!),
        _ => Encoding.UTF8.GetBytes(value.GetRawText()),
    };

    private static RecordHeader[] Headers(JsonElement headers, long number) => headers.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Object => [.. headers.EnumerateObject().Select(header => new RecordHeader(header.Name, Bytes(header.Value)))],
        JsonValueKind.Array =>
        [
            .. headers.EnumerateArray().Select(header => new RecordHeader(header.GetProperty("key").GetString() ?? "", Bytes(header, "value"))),
        ],
        _ => throw Refused(number, "its headers are no object"),
    };

    private static CommandException Refused(long number, string reason) => new(
        $"Line {number} is no record: {reason}", """Write {"key": "k", "value": "v", "headers": {"name": "text"}}""", ExitCodes.WrongUsage);
}
