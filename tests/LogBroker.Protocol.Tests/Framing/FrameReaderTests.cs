using System.Buffers;
using LogBroker.Protocol.Framing;

namespace LogBroker.Protocol.Tests.Framing;

public sealed class FrameReaderTests
{
    private const int BytesMax = 100;

    [Fact]
    public void TryReadFrame_ByteByByte_IsFalseUntilTheLastByte()
    {
        byte[] bytes = [0, 0, 0, 3, 7, 8, 9];
        for (int arrived = 0; arrived < bytes.Length; arrived++)
        {
            var part = new ReadOnlySequence<byte>(bytes, 0, arrived);
            Assert.False(FrameReader.TryReadFrame(ref part, BytesMax, out _));
            Assert.Equal(arrived, part.Length);
        }
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.True(FrameReader.TryReadFrame(ref buffer, BytesMax, out var frame));
        Assert.Equal([7, 8, 9], frame.ToArray());
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void TryReadFrame_OfTwoFramesInPieces_GivesBothInOrder()
    {
        var buffer = InPiecesOf(3, [0, 0, 0, 3, 7, 8, 9, 0, 0, 0, 0, 0, 0]);

        Assert.True(FrameReader.TryReadFrame(ref buffer, BytesMax, out var first));
        Assert.Equal([7, 8, 9], first.ToArray());
        Assert.True(FrameReader.TryReadFrame(ref buffer, BytesMax, out var second));
        Assert.True(second.IsEmpty);
        Assert.False(FrameReader.TryReadFrame(ref buffer, BytesMax, out _));
        Assert.Equal(2, buffer.Length);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 101 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ' })]
    public void TryReadFrame_OfASizeBeyondTheLimit_ThrowsAtOnce(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Throws<InvalidFrameSizeException>(() => FrameReader.TryReadFrame(ref buffer, BytesMax, out _));
    }

    [Fact]
    public void CopyOf_AFrameInPieces_IsInOnePiece()
    {
        using var frame = PooledFrame.CopyOf(InPiecesOf(2, [1, 2, 3, 4, 5]));

        Assert.Equal([1, 2, 3, 4, 5], frame.Memory.ToArray());
        frame.Dispose();
        frame.Dispose();
        Assert.Throws<ObjectDisposedException>(() => frame.Memory);
    }

    private static ReadOnlySequence<byte> InPiecesOf(int size, byte[] bytes)
    {
        var first = new Piece(bytes.AsMemory(0, size), 0);
        var last = first;
        for (int at = size; at < bytes.Length; at += size)
            last = last.Append(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
