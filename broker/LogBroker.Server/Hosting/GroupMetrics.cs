using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using LogBroker.Coordination.Groups;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Replication.Partitions;

namespace LogBroker.Server.Hosting;

/// <summary>Groups by state, rebalances, and how far consumers are behind, in records and in seconds.</summary>
/// <remarks>Thread safe. Lag is worked out when it is asked for: one look at a batch's header for each partition that a group
/// is behind on. Shows nothing until groups are attached.</remarks>
internal sealed class GroupMetrics
{
    /// <summary>The meter of groups.</summary>
    public const string MeterName = "LogBroker.Groups";

    private readonly Counter<long> _rebalances;
    private readonly TimeProvider _time;
    private IGroupStatistics? _groups;
    private PartitionRegistry? _partitions;

    public GroupMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        Meter meter = meters.Create(MeterName);
        _rebalances = meter.CreateCounter<long>("logbroker.group.rebalances", "{rebalance}", "Rebalances begun, by protocol.");
        meter.CreateObservableGauge("logbroker.groups", CountGroups, "{group}", "Groups, by protocol and state.");
        meter.CreateObservableGauge(
            "logbroker.group.lag.records", LagInRecords, "{record}", "Records behind the committed offsets, by group and topic.");
        meter.CreateObservableGauge(
            "logbroker.group.lag", LagInSeconds, "s", "Age of the oldest record behind the committed offsets, by group and topic.");
    }

    /// <summary>Shows these groups from now on.</summary>
    public void Attach(IGroupStatistics groups, PartitionRegistry partitions)
    {
        _partitions = partitions;
        _groups = groups;
    }

    /// <summary>A group begins to share out its partitions anew.</summary>
    public void RebalanceBegan(GroupType protocol) =>
        _rebalances.Add(1, new KeyValuePair<string, object?>("protocol", protocol.ToString().ToLowerInvariant()));

    /// <summary>Looks at the groups again, before they are asked for.</summary>
    public Task RefreshAsync() => _groups?.RefreshAsync() ?? Task.CompletedTask;

    private IEnumerable<Measurement<long>> CountGroups() => (_groups?.CountGroups() ?? []).Select(count =>
        new Measurement<long>(count.Count, new("protocol", count.Protocol), new("state", count.State)));

    private IEnumerable<Measurement<long>> LagInRecords() => ByTopic(
        (partition, committed) => Math.Max(0, partition.HighWatermark - committed),
        (sum, lag) => sum + lag);

    private IEnumerable<Measurement<double>> LagInSeconds()
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return ByTopic((partition, committed) => AgeOfRecordAt(partition, committed, now), Math.Max);
    }

    private IEnumerable<Measurement<T>> ByTopic<T>(Func<Partition, Offset, T> lagOf, Func<T, T, T> add)
        where T : struct
    {
        var lags = new Dictionary<(string Group, string Topic), T>();
        foreach (GroupOffset offset in _groups?.CommittedOffsets() ?? [])
        {
            if (_partitions!.Find(offset.Partition.Topic)?.At(offset.Partition.Partition) is not { } partition) continue;
            var key = (offset.Group, offset.Partition.Topic);
            T lag = lagOf(partition, offset.Committed);
            lags[key] = lags.TryGetValue(key, out T before) ? add(before, lag) : lag;
        }

        return lags.Select(entry => new Measurement<T>(
            entry.Value, new("group", entry.Key.Group), new KeyValuePair<string, object?>("topic", entry.Key.Topic)));
    }

    /// <summary>By the time of the batch it is in; 0 where there is nothing to read.</summary>
    private static double AgeOfRecordAt(Partition partition, Offset committed, long now)
    {
        if (committed >= partition.HighWatermark) return 0;
        Offset from = Offset.Max(committed, partition.LogStartOffset);
        PartitionRead read = partition.Read(new ReadRequest(
            from, 1, AtLeastOneBatch: true, IsolationLevel.ReadUncommitted, LeaderEpoch.None, LeaderEpoch.None));
        try
        {
            if (read.Error != ErrorCode.None || read.Records.SizeInBytes < RecordBatchView.HeaderSizeInBytes) return 0;
            Span<byte> header = stackalloc byte[RecordBatchView.HeaderSizeInBytes];
            read.Records.Read(0, header);
            return Math.Max(0, now - BinaryPrimitives.ReadInt64BigEndian(header[RecordBatchView.MaxTimestampAt..])) / 1000.0;
        }
        catch (IOException)
        {
            return 0; // deleted under this look, or the disk fails: others tell
        }
        finally
        {
            (read.Records as IDisposable)?.Dispose();
        }
    }
}
