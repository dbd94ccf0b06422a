using System.Buffers;

namespace LogBroker.Protocol;

/// <summary>Whole record batches as bytes, wherever they lie: in memory or in a file. They are moved, never decoded.</summary>
public interface IRecords
{
    /// <summary>How many bytes there are.</summary>
    int SizeInBytes { get; }

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="position"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    void Read(int position, Span<byte> destination);

    /// <summary>Writes all the bytes to <paramref name="output"/>.</summary>
    void CopyTo(IBufferWriter<byte> output);
}
