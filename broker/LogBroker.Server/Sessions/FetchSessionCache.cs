using LogBroker.Protocol.Errors;

namespace LogBroker.Server.Sessions;

/// <summary>All fetch sessions of the broker, at most <c>max.incremental.fetch.session.cache.slots</c> (KIP-227).</summary>
/// <remarks>
/// Thread safe. When it is full, the session unused longest goes if it is idle for two minutes; else the smallest that
/// has lived so long and is smaller than the new one; else the new fetch gets no session, which is always legal.
/// </remarks>
internal sealed class FetchSessionCache(TimeProvider time, int slots, Func<int> nextId)
{
    private const int NoSession = 0;
    private const int CreateEpoch = 0;
    private const int CloseEpoch = -1;
    private static readonly TimeSpan EvictableAfter = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<int, LinkedListNode<FetchSession>> _sessions = [];
    private readonly LinkedList<FetchSession> _byUse = [];

    /// <summary>How many sessions there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _sessions.Count;
        }
    }

    /// <summary>Finds out what a fetch asks for, from its own words and its session's memory.</summary>
    public FetchContext Open(FetchSessionRequest request)
    {
        lock (_lock)
        {
            if (request.Epoch is CreateEpoch or CloseEpoch) return OpenFull(request);
            if (!_sessions.TryGetValue(request.SessionId, out LinkedListNode<FetchSession>? node))
                return FetchContext.Failed(ErrorCode.FetchSessionIdNotFound);
            FetchSession session = node.Value;
            if (session.NextEpoch != request.Epoch) return FetchContext.Failed(ErrorCode.InvalidFetchSessionEpoch);
            if (session.UsesTopicIds != request.UsesTopicIds)
                return FetchContext.Failed(ErrorCode.FetchSessionTopicIdError);
            return OpenIncremental(request, node);
        }
    }

    private FetchContext OpenFull(FetchSessionRequest request)
    {
        if (request.SessionId != NoSession) Remove(request.SessionId);
        if (request.Epoch == CloseEpoch || request.Targets.Count == 0 || !MakeRoomFor(request.Targets.Count))
            return FetchContext.Sessionless(request.Targets);
        var session = new FetchSession(UnusedId(), request.UsesTopicIds, Now);
        _sessions[session.Id] = _byUse.AddLast(session);
        return FetchContext.Full(session, session.Update(request.Targets, []));
    }

    private FetchContext OpenIncremental(FetchSessionRequest request, LinkedListNode<FetchSession> node)
    {
        FetchSession session = node.Value;
        IReadOnlyList<FetchTarget> targets = session.Update(request.Targets, request.Forgotten);
        if (targets.Count == 0)
        {
            Remove(session.Id);
            return FetchContext.Sessionless(targets);
        }

        session.AdvanceEpoch();
        session.LastUsedAt = Now;
        _byUse.Remove(node);
        _byUse.AddLast(node);
        return FetchContext.Incremental(session, targets);
    }

    private TimeSpan Now => time.GetElapsedTime(_start);

    private bool MakeRoomFor(int partitions)
    {
        if (_sessions.Count < slots) return true;
        if (_byUse.First is not { } oldest) return false;
        TimeSpan horizon = Now - EvictableAfter;
        FetchSession? victim = oldest.Value.LastUsedAt <= horizon
            ? oldest.Value
            : _byUse.Where(s => s.CreatedAt <= horizon && s.Count < partitions).MinBy(s => s.Count);
        if (victim is null) return false;
        Remove(victim.Id);
        return true;
    }

    private int UnusedId()
    {
        int id;
        do id = nextId() & int.MaxValue;
        while (id == NoSession || _sessions.ContainsKey(id));
        return id;
    }

    private void Remove(int id)
    {
        if (_sessions.Remove(id, out LinkedListNode<FetchSession>? node)) _byUse.Remove(node);
    }
}
