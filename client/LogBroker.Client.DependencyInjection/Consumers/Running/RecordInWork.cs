using LogBroker.Client.DependencyInjection.Consumers.Failures;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>A record that a handler works on, while it does; disposing ends that.</summary>
internal sealed class RecordInWork(FailureHistory record, DateTimeOffset since, Action<RecordInWork> end) : IDisposable
{
    public DateTimeOffset Since => since;

    public void Dispose() => end(this);

    public override string ToString() => $"{record.Topic}-{record.Partition} offset {record.Offset} since {since:u}";
}
