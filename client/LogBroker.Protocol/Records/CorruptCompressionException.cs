namespace LogBroker.Protocol.Records;

/// <summary>Bytes that were to be decompressed are not a stream of their codec. On the wire it is
/// <see cref="Errors.ErrorCode.CorruptMessage"/>.</summary>
public sealed class CorruptCompressionException : Exception
{
    public CorruptCompressionException(CompressionType type, string reason)
        : base($"The {type} stream is corrupt: {reason}") => Type = type;

    public CorruptCompressionException(CompressionType type, string reason, Exception cause)
        : base($"The {type} stream is corrupt: {reason}", cause) => Type = type;

    public CompressionType Type { get; }
}
