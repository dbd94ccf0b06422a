namespace LogBroker.Protocol.Records;

/// <summary>Compressed bytes would grow beyond the bound that was set for them: a decompression bomb, or a bound that is
/// too small.</summary>
public sealed class DecompressedTooLargeException(CompressionType type, int maxBytes)
    : Exception($"The {type} stream decompresses to more than {maxBytes} bytes.")
{
    public CompressionType Type { get; } = type;

    /// <summary>The bound that was exceeded.</summary>
    public int MaxBytes { get; } = maxBytes;
}
