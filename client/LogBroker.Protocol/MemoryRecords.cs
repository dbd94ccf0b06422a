using System.Buffers;

namespace LogBroker.Protocol;

/// <summary>Record batches that lie in memory. A broker stamps offsets into <see cref="Memory"/>, so it is writable.</summary>
/// <remarks>Read from a request it is a view of the frame's memory and lives as long as the frame.</remarks>
public sealed class MemoryRecords(Memory<byte> memory) : IRecords
{
    public static readonly MemoryRecords Empty = new(Memory<byte>.Empty);

    public Memory<byte> Memory { get; } = memory;

    public int SizeInBytes => Memory.Length;

    public void Read(int position, Span<byte> destination) =>
        Memory.Span.Slice(position, destination.Length).CopyTo(destination);

    public void CopyTo(IBufferWriter<byte> output) => output.Write(Memory.Span);
}
