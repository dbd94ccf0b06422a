using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Protocol;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>How one reading loop of a hosted consumer is.</summary>
/// <remarks>Written by the loop, read by anybody.</remarks>
internal sealed class ReadingStatus(IReadOnlyList<string> topics, bool isDelayed, TimeProvider time)
{
    private volatile OpenReader? _reader;
    private volatile ReadingFailure? _failure;
    private volatile bool _isRunning;

    /// <summary>What it reads.</summary>
    public IReadOnlyList<string> Topics => topics;

    /// <summary>The same as text.</summary>
    public string What { get; } = string.Join(", ", topics);

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
    private long _unreadSince;

    /// <summary>Whether the group knows it.</summary>
    public bool IsMember => Consumer.GroupMetadata.MemberId.Length > 0;

    /// <summary>How far it is now.</summary>
    public ReadingProgress Progress(DateTimeOffset now)
    {
        long?[] lags = [.. Consumer.Assignment.Select(LagOf)];
        bool isUnread = lags.Contains(null);
        if (!isUnread) Volatile.Write(ref _unreadSince, 0);
        else Interlocked.CompareExchange(ref _unreadSince, now.UtcTicks, 0);
        return new ReadingProgress(
            lags.Length, lags.Sum() ?? 0, isUnread ? now - new DateTimeOffset(Volatile.Read(ref _unreadSince), TimeSpan.Zero) : null);
    }

    private long? LagOf(TopicPartition partition)
    {
        try
        {
            return Consumer.Lag(partition);
        }
        catch (InvalidOperationException)
        {
            return 0; // It was given up this moment.
        }
    }
}

/// <summary>How far a consumer is.</summary>
/// <param name="Partitions">How many partitions it has.</param>
/// <param name="Lag">How many of their records are before it, as far as it is known.</param>
/// <param name="UnreadFor">For how long checks have found a partition that nothing was read of; null when there is none.</param>
internal readonly record struct ReadingProgress(int Partitions, long Lag, TimeSpan? UnreadFor);
