using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Records;

/// <summary>A record that was typed, or read from a file.</summary>
/// <param name="Key">Its key; null when it has none.</param>
/// <param name="Value">Its value; null is a tombstone.</param>
internal sealed record InputRecord(byte[]? Key, byte[]? Value)
{
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];

    public int? Partition { get; init; }

    public DateTimeOffset? Timestamp { get; init; }
}
