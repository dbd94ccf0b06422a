using LogBroker.Server.Hosting;

namespace LogBroker.Server.Connections;

/// <summary>The memory of answers that clients leave unread, over all connections (<c>queued.max.response.bytes</c>).</summary>
/// <remarks>Thread safe. A connection has at most one such answer. When there is more than may be, the connection that has
/// left its answer for the longest is closed, then the next: whoever reads at all is not among them.</remarks>
internal sealed class AnswerMemory(long bytesMax, LimitReports limits)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<UnreadAnswer> _oldestFirst = new();
    private long _taken;

    /// <summary>Bytes of answers that wait for their clients.</summary>
    public long TakenBytes
    {
        get
        {
            lock (_lock) return _taken;
        }
    }

    /// <summary>A client has stopped taking its answer.</summary>
    /// <returns>To be given to <see cref="Release"/> once it goes on, or is gone.</returns>
    public UnreadAnswer Hold(long bytes, ConnectionCaller caller)
    {
        var held = new UnreadAnswer(bytes, caller);
        List<UnreadAnswer>? tooMuch = null;
        lock (_lock)
        {
            _taken += bytes;
            held.Node = _oldestFirst.AddLast(held);
            while (_taken > bytesMax && _oldestFirst.First is { Value: var oldest })
            {
                Remove(oldest);
                (tooMuch ??= []).Add(oldest);
            }
        }

        foreach (UnreadAnswer one in tooMuch ?? []) Close(one);
        return held;
    }

    /// <summary>Its memory is free again.</summary>
    public void Release(UnreadAnswer answer)
    {
        lock (_lock) Remove(answer);
    }

    private void Remove(UnreadAnswer answer)
    {
        if (answer.Node is not { } node) return;
        answer.Node = null;
        _oldestFirst.Remove(node);
        _taken -= answer.Bytes;
    }

    private void Close(UnreadAnswer answer)
    {
        limits.Refused(LimitNames.AnswerBytes, bytesMax,
            () => $"More memory for {answer.Bytes} bytes that {answer.Caller.RemoteEndPoint} on {answer.Caller.Listener} does not read");
        answer.Caller.Abort();
    }
}

/// <summary>An answer in <see cref="AnswerMemory"/>.</summary>
internal sealed class UnreadAnswer(long bytes, ConnectionCaller caller)
{
    public long Bytes => bytes;

    public ConnectionCaller Caller => caller;

    /// <summary>Written under the memory's lock; null when it holds nothing any more.</summary>
    internal LinkedListNode<UnreadAnswer>? Node { get; set; }
}
