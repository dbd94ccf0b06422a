using System.Buffers;

namespace LogBroker.Protocol;

/// <summary>Whole record batches as bytes, wherever they lie: in memory or in a file. They are moved, never decoded.</summary>
public interface IRecords
{
    /// <summary>How many bytes <see cref="CopyTo"/> will write.</summary>
    int SizeInBytes { get; }

    /// <summary>Writes all the bytes to <paramref name="output"/>.</summary>
    void CopyTo(IBufferWriter<byte> output);
}
