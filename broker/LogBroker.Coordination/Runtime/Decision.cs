using System.Collections.Immutable;

namespace LogBroker.Coordination.Runtime;

/// <summary>What a state machine decided about a command: what is to be written, and whom to answer with what once it is
/// committed. A value; deciding touches nothing outside.</summary>
/// <remarks>A decision may have changed <em>soft</em> state already (deadlines, parked requests, a rebalance under way).
/// Everything that is to survive a restart is changed by replaying <see cref="Records"/>, which the runtime does at once.
/// </remarks>
public readonly record struct Decision<TResponse>
    where TResponse : class
{
    private readonly ImmutableArray<CoordinatorRecord> _records;
    private readonly ImmutableArray<Reply> _replies;

    /// <summary>To be appended in this order, as one batch unless <see cref="MaySplit"/>.</summary>
    public ImmutableArray<CoordinatorRecord> Records
    {
        get => _records.IsDefault ? [] : _records;
        init => _records = value;
    }

    /// <summary>The answer to the command; null when <see cref="Parked"/>.</summary>
    public TResponse? Response { get; init; }

    /// <summary>Set when the command is answered by the <see cref="Replies"/> of a later decision, or of this one.</summary>
    public PendingReply<TResponse>? Parked { get; init; }

    /// <summary>Answers to requests that were parked.</summary>
    public ImmutableArray<Reply> Replies
    {
        get => _replies.IsDefault ? [] : _replies;
        init => _replies = value;
    }

    /// <summary>Whether the records mean the same when only the first of them are written.</summary>
    public bool MaySplit { get; init; }

    /// <summary>Whether nothing has changed but what the records will: the log may refuse them, and only this command fails.
    /// </summary>
    public bool IsOnlyRecords { get; init; }
}

/// <summary>Makes decisions.</summary>
public static class Decision
{
    /// <summary>Answers without any change.</summary>
    public static Decision<TResponse> Answer<TResponse>(TResponse response)
        where TResponse : class => new() { Response = response };

    /// <summary>Writes <paramref name="records"/>, then answers.</summary>
    public static Decision<TResponse> Answer<TResponse>(TResponse response, ImmutableArray<CoordinatorRecord> records)
        where TResponse : class => new() { Response = response, Records = records };
}

/// <summary>The answer to a command that nobody waits for.</summary>
public sealed class Nothing
{
    public static readonly Nothing Instance = new();

    private Nothing()
    {
    }
}
