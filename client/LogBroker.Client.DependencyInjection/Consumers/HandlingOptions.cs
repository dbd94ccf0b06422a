namespace LogBroker.Client.DependencyInjection;

/// <summary>How a hosted consumer handles records. The defaults lose nothing: a record that fails blocks what comes after it.</summary>
public sealed record HandlingOptions
{
    private static readonly TimeSpan RetryLaterMax = TimeSpan.FromDays(365);

    /// <summary>The topics that are read.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>How many records are handled at once, by handlers of their own. Default 8. Those of a retry topic are handled one after the
    /// other.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>How many records a batch has at most; for <see cref="IBatchHandler{TKey, TValue}"/>. Default 500.</summary>
    public int BatchRecordsMax { get; init; } = 500;

    /// <summary>How long a batch that is not full waits for more records after its first. Default 50 ms.</summary>
    public TimeSpan BatchWait { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Which records are handled one after the other. Default <see cref="ProcessingOrder.ByKey"/>: those of one key;
    /// with batches <see cref="ProcessingOrder.ByPartition"/>, which makes them larger.</summary>
    public ProcessingOrder Order { get; init; } = ProcessingOrder.ByKey;

    /// <summary>The waits before further tries that keep the order: what comes after the record, in <see cref="Order"/>, waits too.
    /// Default: none.</summary>
    public IReadOnlyList<TimeSpan> RetryInPlace { get; init; } = [];

    /// <summary>The delays of further tries by way of retry topics, one for each: the record is written there and the others go on, so
    /// it is handled out of order. Default: none. They come after those of <see cref="RetryInPlace"/>, which each try repeats.</summary>
    public IReadOnlyList<TimeSpan> RetryLater { get; init; } = [];

    /// <summary>What becomes of a record when all retries have failed. Default <see cref="FailedRecord.Blocks"/>. A record that cannot be
    /// deserialized is not retried at all.</summary>
    public FailedRecord Exhausted { get; init; } = FailedRecord.Blocks;

    /// <summary>Which failures are worth a retry. Null, the default: all. The others are as exhausted at once.</summary>
    public Func<Exception, bool>? IsRetriable { get; init; }

    /// <summary>How retry and dead-letter topics are called: <c>PREFIX.retry.1</c> and so on, <c>PREFIX.dead</c>. Null, the default, is
    /// <c>TOPIC.GROUP</c>: another group's failures are none of this one's.</summary>
    public string? FailureTopicPrefix { get; init; }

    /// <summary>Whether retry and dead-letter topics are created when the consumer starts, with as many partitions as the topic has and
    /// for records as large; how long they are kept is the brokers' default. Default true.</summary>
    public bool CreatesTopics { get; init; } = true;

    /// <summary>The wait before reading starts again after it failed, and before a record that blocks is tried again. Default 1 s; it
    /// doubles with each failure.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait. Default 1 minute.</summary>
    public TimeSpan RestartDelayMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ClientOptionsException">One cannot be worked with.</exception>
    public void Validate()
    {
        Require(Topics.Count > 0, "Topics is empty: name at least one topic.");
        Require(Topics.All(topic => !string.IsNullOrWhiteSpace(topic)), "Topics holds an empty name.");
        Require(Parallelism is >= 1 and <= 10_000, $"Parallelism is {Parallelism}: it must be from 1 to 10000.");
        Require(BatchRecordsMax is >= 1 and <= 1_000_000, $"BatchRecordsMax is {BatchRecordsMax}: it must be from 1 to 1000000.");
        Require(BatchWait >= TimeSpan.Zero, $"BatchWait is {BatchWait}: it must not be negative.");
        Require(RetryInPlace.All(delay => delay >= TimeSpan.Zero), "RetryInPlace holds a negative delay.");
        Require(RetryLater.All(delay => delay > TimeSpan.Zero), "RetryLater holds a delay that is not longer than zero.");
        Require(
            RetryLater.Count == 0 || Exhausted != FailedRecord.Blocks,
            "RetryLater is set, and Exhausted is Blocks: a record in a retry topic is out of order anyway. " +
            "Set Exhausted to GoesToDeadLetters or IsSkipped, or use RetryInPlace.");
        Require(FailureTopicPrefix is not "", "FailureTopicPrefix is empty: leave it unset for TOPIC.GROUP.");
        Require(
            RetryLater.All(delay => delay <= RetryLaterMax),
            $"RetryLater holds a delay that is longer than {RetryLaterMax.TotalDays} days.");
        Require(RestartDelay > TimeSpan.Zero, $"RestartDelay is {RestartDelay}: it must be longer than zero.");
        Require(
            RestartDelay <= RestartDelayMax,
            $"RestartDelay is {RestartDelay}, longer than RestartDelayMax, {RestartDelayMax}: raise the bound or lower it.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds) throw new ClientOptionsException(message);
    }
}
