using LogBroker.Client.DependencyInjection.Consumers.Failures;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Client.DependencyInjection.Consumers.Running;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>A record that is not handled yet.</summary>
internal sealed class PendingRecord(ConsumedRecord<RawBytes, RawBytes> record, bool isOfRetry) : IDisposable
{
    public ConsumedRecord<RawBytes, RawBytes> Record => record;

    public FailureHistory History { get; private set; } = FailureHistory.Of(record, isOfRetry);

    /// <summary>Why the last try failed; null when it did not.</summary>
    public Failure? Failure { get; set; }

    /// <summary>Told to health checks while it holds up what comes after it; null while it does not.</summary>
    public BlockedRecord? Blocked { get; set; }

    public void BeginTry()
    {
        History = History with { Attempts = History.Attempts + 1 };
        Failure = null;
    }

    public void Dispose() => Blocked?.Dispose();
}
