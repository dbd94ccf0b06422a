namespace LogBroker.Protocol.Records;

/// <summary>Bytes that may be null, which for a key or a value is not the same as empty.</summary>
public readonly ref struct NullableBytes
{
    private readonly bool _isPresent;

    private NullableBytes(ReadOnlySpan<byte> span)
    {
        Span = span;
        _isPresent = true;
    }

    public static NullableBytes Null => default;

    public bool IsNull => !_isPresent;

    /// <summary>The bytes; empty when there are none or <see cref="IsNull"/>.</summary>
    public ReadOnlySpan<byte> Span { get; }

    public static implicit operator NullableBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>A null array is null, an empty one is empty.</summary>
    public static implicit operator NullableBytes(byte[]? bytes) => bytes is null ? default : new(bytes);

    public static NullableBytes FromReadOnlySpan(ReadOnlySpan<byte> bytes) => bytes;

    public static NullableBytes FromArray(byte[]? bytes) => bytes;

    public static NullableBytes FromMemory(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? new NullableBytes(present.Span) : default;
}
