using LogBroker.Client.Options;

namespace LogBroker.Client;

/// <summary>Which records handlers work on one after the other.</summary>
public enum ProcessingOrder
{
    /// <summary>Those of a partition with the same key; the others side by side.</summary>
    ByKey,

    /// <summary>Those of a partition.</summary>
    ByPartition,
}

/// <summary>How <see cref="Consumer{TKey, TValue}.ProcessAsync"/> and <see cref="Consumer{TKey, TValue}.ProcessBatchesAsync"/> work.</summary>
public sealed record ProcessingOptions
{
    /// <summary>How many records, or batches, are worked on side by side. Default: one for each processor.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>What is kept in order. Default <see cref="ProcessingOrder.ByKey"/>.</summary>
    public ProcessingOrder Order { get; init; }

    /// <summary>How many records wait for each handler, so that it never waits for the next. Default 64.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>With <see cref="Consumer{TKey, TValue}.ProcessBatchesAsync"/>: how many records a batch has at most. Default 500.</summary>
    public int BatchRecordsMax { get; init; } = 500;

    /// <summary>With <see cref="Consumer{TKey, TValue}.ProcessBatchesAsync"/>: how long a batch that is not full waits for more records after
    /// its first. Default 50 ms; zero takes what is there.</summary>
    public TimeSpan BatchWait { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ClientOptionsException">One cannot be worked with.</exception>
    public void Validate()
    {
        OptionCheck.InRange(Parallelism, 1, 10_000, nameof(Parallelism));
        OptionCheck.InRange(QueueLength, 1, 1_000_000, nameof(QueueLength));
        OptionCheck.InRange(BatchRecordsMax, 1, 1_000_000, nameof(BatchRecordsMax));
        OptionCheck.NotNegative(BatchWait, nameof(BatchWait));
    }
}
