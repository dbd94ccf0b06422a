using System.Buffers;

namespace LogBroker.Protocol.Records;

/// <summary>Compresses and restores the records of a batch. Implementations are stateless: any thread may call them.
/// </summary>
public interface ICompressionCodec
{
    CompressionType Type { get; }

    /// <summary>Writes all of <paramref name="input"/> to <paramref name="output"/> as one compressed stream.</summary>
    void Compress(ReadOnlySpan<byte> input, IBufferWriter<byte> output);

    /// <summary>Writes what <paramref name="input"/> was made of to <paramref name="output"/>, piece by piece: memory
    /// grows with what has come out, never with a size that the input declares.</summary>
    /// <param name="input">The whole compressed stream.</param>
    /// <param name="output">Where the bytes go; after an exception it holds those that came before it.</param>
    /// <param name="maxBytes">The most bytes that may come out.</param>
    /// <exception cref="CorruptCompressionException">The input is not such a stream, or ends too early.</exception>
    /// <exception cref="DecompressedTooLargeException">More than <paramref name="maxBytes"/> would come out.</exception>
    void Decompress(ReadOnlySpan<byte> input, IBufferWriter<byte> output, int maxBytes);
}
