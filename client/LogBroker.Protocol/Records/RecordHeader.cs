namespace LogBroker.Protocol.Records;

/// <summary>A header to be written with a record (KIP-82). Keys may repeat; a value may be null.</summary>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>A null array is a null value.</summary>
    public RecordHeader(string key, byte[]? value)
        : this(key, value is null ? (ReadOnlyMemory<byte>?)null : value.AsMemory())
    {
    }
}
