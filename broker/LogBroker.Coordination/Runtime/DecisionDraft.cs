using System.Collections.Immutable;

namespace LogBroker.Coordination.Runtime;

/// <summary>A decision while it is being made: state machines of many steps collect in it what is to be written and who is to
/// be answered.</summary>
public sealed class DecisionDraft(DateTimeOffset now)
{
    private readonly ImmutableArray<CoordinatorRecord>.Builder _records = ImmutableArray.CreateBuilder<CoordinatorRecord>();
    private readonly ImmutableArray<Reply>.Builder _replies = ImmutableArray.CreateBuilder<Reply>();

    /// <summary>The moment it is made at.</summary>
    public DateTimeOffset Now => now;

    public bool HasRecords => _records.Count > 0;

    public void Write(CoordinatorRecord record) => _records.Add(record);

    public void Write(IEnumerable<CoordinatorRecord> records) => _records.AddRange(records);

    /// <summary>Answers a request that was parked, if there is one.</summary>
    public void Reply<TResponse>(PendingReply<TResponse>? pending, TResponse response)
        where TResponse : class
    {
        if (pending is not null) _replies.Add(pending.With(response));
    }

    /// <summary>The decision, answering the command.</summary>
    public Decision<TResponse> Answer<TResponse>(TResponse response)
        where TResponse : class =>
        new() { Response = response, Records = _records.ToImmutable(), Replies = _replies.ToImmutable() };

    /// <summary>The decision, the command being parked; the draft's own replies may answer it already.</summary>
    public Decision<TResponse> Park<TResponse>(PendingReply<TResponse> pending)
        where TResponse : class =>
        new() { Parked = pending, Records = _records.ToImmutable(), Replies = _replies.ToImmutable() };

    /// <summary>The decision about something nobody waits for.</summary>
    public Decision<Nothing> Done() => Answer(Nothing.Instance);
}
