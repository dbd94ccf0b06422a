using System.Collections.Concurrent;
using LogBroker.Client.DependencyInjection.Consumers.Failures;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>How a hosted consumer is, for health checks.</summary>
/// <remarks>Written by its loops, read by anybody.</remarks>
internal sealed class ConsumerStatus(string name, string group, TimeProvider time)
{
    private readonly ConcurrentDictionary<BlockedRecord, bool> _blocked = [];
    private readonly ConcurrentDictionary<string, ReadingStatus> _readings = [];

    /// <summary>What the consumer is called in logs and checks.</summary>
    public string Name => name;

    /// <summary>The group.</summary>
    public string Group => group;

    /// <summary>Its loops.</summary>
    public IReadOnlyCollection<ReadingStatus> Readings => [.. _readings.Values];

    /// <summary>The records that block.</summary>
    public IReadOnlyCollection<BlockedRecord> Blocked => [.. _blocked.Keys];

    /// <summary>The status of a loop, made when it is first asked for.</summary>
    public ReadingStatus Reading(string what, bool isDelayed) =>
        _readings.GetOrAdd(what, what => new ReadingStatus(what, isDelayed, time));

    /// <summary>A record blocks from now on.</summary>
    public BlockedRecord Block(FailureHistory record)
    {
        var blocked = new BlockedRecord(record, time.GetUtcNow(), ended => _blocked.TryRemove(ended, out _));
        _blocked[blocked] = true;
        return blocked;
    }
}
