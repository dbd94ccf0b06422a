using System.Diagnostics.Metrics;
using LogBroker.Replication.Partitions;

namespace LogBroker.Server.Hosting;

/// <summary>What operators ask about logs and disks. Most of it is looked up when it is asked for.</summary>
/// <remarks>Thread safe. Shows partitions once they are attached.</remarks>
internal sealed class StorageMetrics
{
    /// <summary>The meter of logs and disks.</summary>
    public const string MeterName = "LogBroker.Storage";

    private readonly Histogram<double> _flushDuration;
    private readonly DescriptorBudget _descriptors;
    private RunningBroker? _broker;

    public StorageMetrics(IMeterFactory meters, BrokerOptions options)
    {
        _descriptors = options.Descriptors;
        Meter meter = meters.Create(MeterName);
        _flushDuration = meter.CreateHistogram<double>(
            "logbroker.flush.duration", "s", "Time of one round of syncs, which makes all that was appended before it durable.");
        meter.CreateObservableGauge("logbroker.log.size", () => ByTopic(p => p.Log.SizeInBytes), "By", "Size of the logs, by topic.");
        meter.CreateObservableGauge(
            "logbroker.log.segments", () => ByTopic(p => p.Log.SegmentCount), "{segment}", "Segments of the logs, by topic.");
        meter.CreateObservableGauge(
            "logbroker.log.undurable.records", UndurableRecords, "{record}", "Records appended and not yet known to be on disk.");
        meter.CreateObservableGauge("logbroker.partitions", () => Sum(_ => 1), "{partition}", "Partitions of all topics.");
        meter.CreateObservableGauge(
            "logbroker.partitions.offline", () => Sum(partition => partition?.Log.State.IsOnline == true ? 0 : 1),
            "{partition}", "Partitions that take no writes, because of the disk or of damaged data.");
        meter.CreateObservableGauge(
            "logbroker.segment.handles", () => _broker?.Logs.Handles.OpenCount ?? 0, "{file}", "Segment files open.");
        meter.CreateObservableGauge(
            "logbroker.segment.handles.limit", () => _broker?.Logs.Handles.Limit ?? 0, "{file}", "Segment files that may be open.");
        meter.CreateObservableGauge(
            "logbroker.descriptors", OpenDescriptors, "{descriptor}", "File descriptors the process has open.");
        meter.CreateObservableGauge(
            "logbroker.descriptors.limit", () => _descriptors.Limit, "{descriptor}", "File descriptors the process may have.");
        meter.CreateObservableGauge("logbroker.disk.free", () => Space(space => space.AvailableBytes), "By", "Room left, by data directory.");
        meter.CreateObservableGauge("logbroker.disk.size", () => Space(space => space.TotalBytes), "By", "Size of the file system, by data directory.");
    }

    /// <summary>Shows a broker's logs from now on.</summary>
    public void Attach(RunningBroker broker) => _broker = broker;

    /// <summary>A round of syncs in a data directory is over.</summary>
    public void Flushed(KeyValuePair<string, object?> directory, TimeSpan duration)
    {
        if (_flushDuration.Enabled) _flushDuration.Record(duration.TotalSeconds, directory);
    }

    /// <summary>The tag of a data directory.</summary>
    public static KeyValuePair<string, object?> TagOf(string directory) => new("directory", directory);

    private IEnumerable<Measurement<long>> ByTopic(Func<Partition, long> value)
    {
        if (_broker is not { } broker) yield break;
        foreach (string topic in broker.Catalogue.Image.Topics.Keys)
        {
            if (broker.Partitions.Find(topic) is not { } partitions) continue;
            long sum = 0;
            foreach (Partition? partition in partitions.ByIndex) sum += partition is null ? 0 : value(partition);
            yield return new Measurement<long>(sum, new KeyValuePair<string, object?>("topic", topic));
        }
    }

    /// <summary>Of all partitions that should be here; null stands for one whose log could not be opened.</summary>
    private long Sum(Func<Partition?, long> value)
    {
        if (_broker is not { } broker) return 0;
        long sum = 0;
        foreach (string topic in broker.Catalogue.Image.Topics.Keys)
        {
            foreach (Partition? partition in broker.Partitions.Find(topic)?.ByIndex ?? []) sum += value(partition);
        }

        return sum;
    }

    private long UndurableRecords() =>
        Sum(partition => partition is null ? 0 : Math.Max(0, partition.Log.LogEndOffset - partition.Log.DurableEndOffset));

    private IEnumerable<Measurement<long>> Space(Func<Storage.Disk.DiskSpace, long> value)
    {
        foreach (Storage.Logs.LogDirectory directory in _broker?.Logs.Directories ?? [])
        {
            long bytes;
            try
            {
                bytes = value(directory.Space);
            }
            catch (IOException)
            {
                continue; // the directory is gone: its partitions tell
            }

            yield return new Measurement<long>(bytes, TagOf(directory.Path));
        }
    }

    private static int OpenDescriptors()
    {
        const string descriptors = "/proc/self/fd";
        return Directory.Exists(descriptors) ? Directory.EnumerateFileSystemEntries(descriptors).Count() : 0;
    }
}
