using LogBroker.Protocol.Records;

namespace LogBroker.Compression;

/// <summary>The codecs of Kafka's record batches.</summary>
public static class CompressionCodecs
{
    private static readonly GzipCodec Gzip = new();
    private static readonly SnappyCodec Snappy = new();
    private static readonly Lz4Codec Lz4 = new();
    private static readonly ZstdCodec Zstd = new();

    /// <summary>The codec at its default level.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such codec; <see cref="CompressionType.None"/> has none.
    /// </exception>
    public static ICompressionCodec Get(CompressionType type) => type switch
    {
        CompressionType.Gzip => Gzip,
        CompressionType.Snappy => Snappy,
        CompressionType.Lz4 => Lz4,
        CompressionType.Zstd => Zstd,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such codec."),
    };

    /// <summary>A codec at a level of its own; keep it, it pools what it needs. Snappy has no levels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such codec, or it has no such level.</exception>
    public static ICompressionCodec Create(CompressionType type, int level) => type switch
    {
        CompressionType.Gzip => new GzipCodec(level),
        CompressionType.Lz4 => new Lz4Codec(level),
        CompressionType.Zstd => new ZstdCodec(level),
        _ => Get(type),
    };

    /// <summary>The records of a batch as plain bytes: where they lie when they are not compressed, else restored to
    /// <paramref name="scratch"/>, which is cleared first.</summary>
    /// <param name="batch">A batch whose CRC has been checked.</param>
    /// <param name="scratch">Holds what is returned; not to be touched while that is in use.</param>
    /// <param name="maxBytes">The most bytes the records may have.</param>
    /// <exception cref="CorruptCompressionException">The records are not a stream of their codec, or the batch names no
    /// codec that there is.</exception>
    /// <exception cref="DecompressedTooLargeException">They have more bytes than allowed.</exception>
    public static ReadOnlySpan<byte> Decompress(RecordBatchView batch, PooledBufferWriter scratch, int maxBytes)
    {
        CompressionType type = batch.Compression;
        if (type == CompressionType.None) return batch.Payload;
        if (type > CompressionType.Zstd) throw new CorruptCompressionException(type, "there is no such codec.");
        scratch.Clear();
        Get(type).Decompress(batch.Payload, scratch, maxBytes);
        return scratch.WrittenSpan;
    }
}
