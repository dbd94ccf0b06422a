using System.Collections.Concurrent;
using LogBroker.Client.DependencyInjection.Consumers.Failures;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>How a hosted consumer is, for health checks.</summary>
/// <remarks>Written by its loops, read by anybody.</remarks>
/// <param name="name">What the consumer is called in logs and checks.</param>
/// <param name="group">The group.</param>
/// <param name="clientName">The client's key among the services; null when it has none.</param>
/// <param name="time">The clock.</param>
internal sealed class ConsumerStatus(string name, string group, string? clientName, TimeProvider time)
{
    private readonly ConcurrentDictionary<RecordInWork, bool> _inWork = [];
    private readonly ConcurrentDictionary<BlockedRecord, bool> _blocked = [];
    private readonly ConcurrentDictionary<string, ReadingStatus> _readings = [];

    /// <summary>What the consumer is called in logs and checks.</summary>
    public string Name => name;

    /// <summary>The group.</summary>
    public string Group => group;

    /// <summary>The client's key among the services; null when it has none.</summary>
    public string? ClientName => clientName;

    /// <summary>Its loops.</summary>
    public IReadOnlyCollection<ReadingStatus> Readings => [.. _readings.Values];

    /// <summary>The records that block.</summary>
    public IReadOnlyCollection<BlockedRecord> Blocked => [.. _blocked.Keys];

    /// <summary>The record that a handler has worked on for longest; null when none does.</summary>
    public RecordInWork? Oldest => _inWork.Keys.MinBy(record => record.Since);

    /// <summary>The status of a loop, made when it is first asked for.</summary>
    public ReadingStatus Reading(IReadOnlyList<string> topics, bool isDelayed) =>
        _readings.GetOrAdd(string.Join(", ", topics), _ => new ReadingStatus(topics, isDelayed, time));

    /// <summary>A handler works on a record from now on.</summary>
    public RecordInWork Begin(FailureHistory record)
    {
        var work = new RecordInWork(record, time.GetUtcNow(), ended => _inWork.TryRemove(ended, out _));
        _inWork[work] = true;
        return work;
    }

    /// <summary>A record blocks from now on.</summary>
    public BlockedRecord Block(FailureHistory record)
    {
        var blocked = new BlockedRecord(record, time.GetUtcNow(), ended => _blocked.TryRemove(ended, out _));
        _blocked[blocked] = true;
        return blocked;
    }
}
