namespace LogBroker.Client.Producing.Batches;

/// <summary>What a sender can take, and in what state it is.</summary>
internal readonly struct TakeConditions
{
    public required int NodeId { get; init; }

    /// <summary>The clock's timestamp.</summary>
    public required long Now { get; init; }

    /// <summary>Nothing waits for more records: the broker was left alone for a linger, or somebody flushes, closes or needs memory.
    /// </summary>
    public required bool IsHurried { get; init; }

    /// <summary>Nothing is on its way to the broker: what somebody waits for leaves at once.</summary>
    public required bool IsIdle { get; init; }

    /// <summary>Batches of a partition that may be on their way.</summary>
    public required int InFlightMax { get; init; }

    /// <summary>Room that the request has.</summary>
    public required int BytesLeft { get; init; }

    /// <summary>Null when the producer is not idempotent.</summary>
    public required IProducerIdentities? Identities { get; init; }
}

/// <summary>What came of asking a queue for a batch.</summary>
internal enum TakeOutcome
{
    /// <summary>There is one.</summary>
    Taken,

    /// <summary>Nothing is queued; the queue says so when something is.</summary>
    Empty,

    /// <summary>Not before a moment that it tells, or until the batch is full.</summary>
    Later,

    /// <summary>Not before an answer has come.</summary>
    Blocked,
}

/// <summary>What came of adding a record.</summary>
internal enum AppendOutcome
{
    /// <summary>It is in a batch that was begun before.</summary>
    Appended,

    /// <summary>It began a batch behind a full one, or is the first of its batch that somebody waits for: the sender should look.
    /// </summary>
    MustWake,

    /// <summary>It is in, and a sender must be told that the partition has something to send.</summary>
    MustList,

    /// <summary>There is no memory for it.</summary>
    NoMemory,

    /// <summary>The producer has ended.</summary>
    Closed,
}
