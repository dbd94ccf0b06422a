using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Protocol;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>How one reading loop of a hosted consumer is.</summary>
/// <remarks>Written by the loop, read by anybody.</remarks>
internal sealed class ReadingStatus(string what, bool isDelayed, TimeProvider time)
{
    private volatile OpenReader? _reader;
    private volatile ReadingFailure? _failure;
    private volatile bool _isRunning;

    /// <summary>What it reads.</summary>
    public string What => what;

    /// <summary>Whether it reads retry topics, where records wait on purpose.</summary>
    public bool IsDelayed => isDelayed;

    /// <summary>Whether its loop runs; false before the start and after the end.</summary>
    public bool IsRunning
    {
        get => _isRunning;
        set => _isRunning = value;
    }

    /// <summary>Why it does not read now; null while it does.</summary>
    public ReadingFailure? Failure => _failure;

    /// <summary>Who reads; null while nobody does.</summary>
    public OpenReader? Reader => _reader;

    public void Opened(Consumer<RawBytes, RawBytes> consumer)
    {
        _reader = new OpenReader(consumer, time.GetUtcNow());
        _failure = null;
    }

    public void Closed(Exception? error)
    {
        _reader = null;
        if (error is not null) _failure = new ReadingFailure(error, time.GetUtcNow());
    }
}

/// <summary>Why a loop does not read, and since when.</summary>
internal sealed record ReadingFailure(Exception Error, DateTimeOffset Since);

/// <summary>A consumer that reads.</summary>
internal sealed record OpenReader(Consumer<RawBytes, RawBytes> Consumer, DateTimeOffset Since)
{
    /// <summary>How many partitions it has, and how many of their records are before it.</summary>
    public (int Partitions, long Lag) Progress()
    {
        IReadOnlyCollection<TopicPartition> partitions = Consumer.Assignment;
        return (partitions.Count, partitions.Sum(LagOf));
    }

    private long LagOf(TopicPartition partition)
    {
        try
        {
            return Consumer.Lag(partition) ?? 0;
        }
        catch (InvalidOperationException)
        {
            return 0; // It was given up this moment.
        }
    }
}
