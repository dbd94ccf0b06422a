using LogBroker.Client.DependencyInjection.Consumers.Failures;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>A record that is tried until it succeeds, while it is; disposing ends that.</summary>
internal sealed class BlockedRecord(FailureHistory record, DateTimeOffset since, Action<BlockedRecord> end) : IDisposable
{
    public FailureHistory Record => record;

    public DateTimeOffset Since => since;

    /// <summary>What the last try failed with.</summary>
    public Exception? Error { get; set; }

    public void Dispose() => end(this);

    public override string ToString() =>
        $"{record.Topic}-{record.Partition} offset {record.Offset} fails since {since:u} ({Error?.GetType().Name}: {Error?.Message})";
}
