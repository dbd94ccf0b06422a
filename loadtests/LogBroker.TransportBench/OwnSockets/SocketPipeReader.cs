using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace LogBroker.TransportBench.OwnSockets;

/// <summary>Reads frames off a socket into one contiguous buffer.</summary>
/// <remarks>
/// <para>Owned by one connection; one reader at a time, <see cref="CancelPendingRead"/> from any thread. A read receives
/// on the reader's own behalf: there is no loop in the background, so a reader that does not read holds its client back
/// through the kernel's buffers alone.</para>
/// <para>The buffer is always one piece. It starts with a block and grows for a frame that is longer, but never to more
/// than four times what has arrived of it, or what this client has sent before: a client that only announces a large
/// frame gets no memory for it. What is longer than a block is given back with the frame. A connection that waits for
/// its client holds no buffer.</para>
/// <para>The end of the client's stream completes the reads; a reset or an abort makes them throw.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification =
    "Its cancellation source has no timer and so nothing to dispose of; a late CancelPendingRead must find it usable.")]
internal sealed class SocketPipeReader(SocketConnection connection, Socket socket) : PipeReader
{
    /// <summary>The smallest buffer: a receive of less costs more for the system call than for the bytes.</summary>
    internal const int BlockBytes = 128 * 1024;

    private const int PrefixBytes = sizeof(int);
    private const int GrowthFactor = 4;

    // Memory that a client gets on the word of its earlier frames alone.
    private const int TrustBytesMax = 2 * 1024 * 1024;

    // A sequence marks the kind of what it lies over in the highest bit.
    private const int IndexMask = int.MaxValue;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _examined;
    private int _frameBytesSeen;
    private bool _isDrained = true;
    private bool _isEnded;
    private bool _isCompleted;
    private volatile bool _isCancelRequested;
    private CancellationTokenSource _cancellation = new();

    private int Unconsumed => _end - _start;

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        if (_isCancelRequested || _examined < _end || _isEnded)
        {
            result = TakeResult();
            return true;
        }
        result = default;
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        cancellationToken.ThrowIfCancellationRequested();
        if (_isCancelRequested || _examined < _end || _isEnded)
            return TakeResult();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static reader => ((SocketPipeReader)reader!)._cancellation.Cancel(), this);
        // A frame that has begun is waited for as a whole: its reader can do nothing with a part of it.
        int wanted = Math.Max(Unconsumed + 1, ExpectedBytes());
        while (Unconsumed < wanted && !_isEnded && !_isCancelRequested)
        {
            try
            {
                await ReceiveAsync(_cancellation.Token);
            }
            catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
            {
                _cancellation = new CancellationTokenSource();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        return TakeResult();
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // A position in a sequence over one array is the index into the array; an empty result has none.
        if (Unconsumed > 0)
        {
            int start = consumed.GetInteger() & IndexMask;
            int end = examined.GetInteger() & IndexMask;
            if (start < _start || end < start || end > _end)
                throw new ArgumentOutOfRangeException(nameof(consumed), "Not a position of the last read.");
            _frameBytesSeen = Math.Max(_frameBytesSeen, Math.Min(start - _start, TrustBytesMax));
            _start = start;
            _examined = end;
        }
        if (Unconsumed == 0)
            ReleaseEmptyBuffer();
    }

    public override void CancelPendingRead()
    {
        _isCancelRequested = true;
        _cancellation.Cancel();
    }

    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;
        _isCompleted = true;
        _start = _end = _examined = 0;
        GiveBack(_buffer);
        _buffer = [];
    }

    private async ValueTask ReceiveAsync(CancellationToken cancelled)
    {
        try
        {
            // When the last receive took all there was, the next would wait with a buffer in its hands. An empty receive
            // waits without.
            if (_buffer.Length == 0 && _isDrained)
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancelled);
            MakeRoom();
            Memory<byte> room = _buffer.AsMemory(_end, ReceiveLimit() - _end);
            int received = await socket.ReceiveAsync(room, SocketFlags.None, cancelled);
            _end += received;
            _isDrained = received < room.Length;
            _isEnded = received == 0;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw connection.Fail(failure);
        }
    }

    /// <summary>Bytes of the frame at the start of what is unconsumed, as far as they are known; 0 when they are not.</summary>
    private int ExpectedBytes()
    {
        if (Unconsumed < PrefixBytes)
            return 0;
        int content = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start, PrefixBytes));
        return content is < 0 or > int.MaxValue - PrefixBytes ? 0 : PrefixBytes + content;
    }

    private int CapacityFor(int frameBytes)
    {
        long earned = Math.Max((long)Unconsumed * GrowthFactor, _frameBytesSeen);
        return (int)Math.Max(BlockBytes, Math.Min(frameBytes, earned));
    }

    /// <summary>Sees to it that a receive has room: at the end of the buffer, or at its end after moving what is unconsumed
    /// to its start, or in a larger one.</summary>
    private void MakeRoom()
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
            _start = _end = _examined = 0;
            return;
        }
        int expected = ExpectedBytes();
        int wanted = Math.Max(Math.Max(expected == 0 ? 0 : CapacityFor(expected), Unconsumed + 1), BlockBytes);
        if (_end < _buffer.Length && _start + expected <= _buffer.Length)
            return;
        byte[] target = wanted <= _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(wanted);
        _buffer.AsSpan(_start, Unconsumed).CopyTo(target);
        if (target != _buffer)
        {
            GiveBack(_buffer);
            _buffer = target;
        }
        _end -= _start;
        _examined -= _start;
        _start = 0;
    }

    /// <summary>A long frame is received to its end and not beyond, so that the next one starts in a block of its own
    /// instead of being moved.</summary>
    private int ReceiveLimit()
    {
        int expected = ExpectedBytes();
        return expected > BlockBytes && _start + expected < _buffer.Length ? _start + expected : _buffer.Length;
    }

    private void ReleaseEmptyBuffer()
    {
        _start = _end = _examined = 0;
        if (_isDrained || _buffer.Length > BlockBytes)
        {
            GiveBack(_buffer);
            _buffer = [];
        }
    }

    private ReadResult TakeResult()
    {
        bool isCanceled = _isCancelRequested;
        _isCancelRequested = false;
        ReadOnlySequence<byte> data = Unconsumed == 0
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(_buffer, _start, Unconsumed);
        return new ReadResult(data, isCanceled, _isEnded);
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
            throw new InvalidOperationException("The reader is completed.");
    }

    private static void GiveBack(byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
