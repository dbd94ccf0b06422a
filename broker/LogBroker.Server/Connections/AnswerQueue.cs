using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace LogBroker.Server.Connections;

/// <summary>The answers a connection owes, in the order of the requests, and the brake on reading more of those.</summary>
/// <remarks>One connection's: its reading loop adds and asks for room, its writing loop takes. An answer counts until
/// <see cref="Left"/>, not only until it is taken.</remarks>
internal sealed class AnswerQueue
{
    private readonly Channel<PendingResponse> _due =
        Channel.CreateUnbounded<PendingResponse>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private TaskCompletionSource? _moved;
    private int _count;
    private volatile bool _isBlocked;
    private volatile bool _isClosed;

    /// <summary>Answers that have not left.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether nothing is sent any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Waits until fewer than <paramref name="max"/> answers are owed and the client takes what it is sent.</summary>
    public async ValueTask WhenRoomAsync(int max)
    {
        while (!HasRoom(max))
        {
            var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _moved, moved);
            Interlocked.MemoryBarrier();
            if (HasRoom(max)) return;
            await moved.Task.ConfigureAwait(false);
        }
    }

    public void Add(PendingResponse due)
    {
        Interlocked.Increment(ref _count);
        _due.Writer.TryWrite(due);
    }

    /// <summary>No answer follows those that are there.</summary>
    public void Complete() => _due.Writer.TryComplete();

    /// <returns>False when none will follow.</returns>
    public ValueTask<bool> WaitToTakeAsync() => _due.Reader.WaitToReadAsync();

    public bool TryTake([MaybeNullWhen(false)] out PendingResponse due) => _due.Reader.TryRead(out due);

    /// <summary>Whether the next answer could be written at once.</summary>
    public bool IsNextReady => _due.Reader.TryPeek(out PendingResponse next) && next.Completed.IsCompleted;

    /// <summary>An answer that was taken has been written, or dropped.</summary>
    public void Left()
    {
        Interlocked.Decrement(ref _count);
        Move();
    }

    /// <summary>Tells whether the client leaves what it was sent where it is.</summary>
    public void SetBlocked(bool isBlocked)
    {
        _isBlocked = isBlocked;
        if (!isBlocked) Move();
    }

    /// <summary>Nothing is sent any more: nobody waits for room.</summary>
    public void Close()
    {
        _isClosed = true;
        Move();
    }

    private bool HasRoom(int max) => _isClosed || (Count < max && !_isBlocked);

    private void Move()
    {
        // Orders the change above before the look at who waits; the other side does the same.
        Interlocked.MemoryBarrier();
        Interlocked.Exchange(ref _moved, null)?.TrySetResult();
    }
}
