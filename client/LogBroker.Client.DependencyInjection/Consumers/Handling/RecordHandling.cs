using LogBroker.Client.DependencyInjection.Consumers.Failures;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Client.DependencyInjection.Consumers.Running;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>Handles records to their end: deserializes them, gives them to the handler, tries those that failed again in place, and hands
/// them to the <see cref="FailureRoute"/> when that does not help.</summary>
/// <remarks>Shared by what is handled at the same time. It throws only when records are to be read again.</remarks>
internal sealed partial class RecordHandling<TKey, TValue>(
    HandlerCall<TKey, TValue> call, RecordFormat<TKey, TValue> format, FailureRoute route, HandlingContext context)
{
    /// <summary>When it completes the records are done: handled, put aside, or another member's business.</summary>
    /// <param name="consumer">Where they come from.</param>
    /// <param name="records">Records of one partition in their order, one at least.</param>
    /// <param name="cancellationToken">The host stops, or the partition is given up.</param>
    public async ValueTask HandleAsync(
        Consumer<RawBytes, RawBytes> consumer,
        IReadOnlyList<ConsumedRecord<RawBytes, RawBytes>> records,
        CancellationToken cancellationToken)
    {
        List<PendingRecord> pending = [.. records.Select(Pending).OfType<PendingRecord>()];
        if (pending.Count == 0) return;
        var partition = records[0].TopicPartition;
        int waits = 0;
        try
        {
            for (int tries = 1; tries == 1 || consumer.Assignment.Contains(partition); tries++)
            {
                await TryAsync(pending, cancellationToken).ConfigureAwait(false);
                bool waitsInPlace = false;
                for (int index = 0; index < pending.Count;)
                {
                    var record = pending[index];
                    bool isRetriedInPlace = record.Failure is { IsRetriable: true } && tries <= context.Options.RetryInPlace.Count;
                    waitsInPlace |= isRetriedInPlace;
                    if (isRetriedInPlace || !await IsDoneAsync(record, cancellationToken).ConfigureAwait(false)) index++;
                    else pending.RemoveAt(index);
                }
                if (pending.Count == 0) return;
                var wait = waitsInPlace ? context.Options.RetryInPlace[tries - 1] : context.RestartDelayAfter(++waits);
                await context.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var record in pending) record.Dispose();
        }
    }

    /// <returns>Null when the record is none of this group's.</returns>
    private PendingRecord? Pending(ConsumedRecord<RawBytes, RawBytes> record) =>
        route.HistoryOf(record) is { } history ? new PendingRecord(record, history) : null;

    /// <summary>One try; what failed says so.</summary>
    private async ValueTask TryAsync(List<PendingRecord> pending, CancellationToken cancellationToken)
    {
        List<PendingRecord> tried = [];
        List<ReceivedRecord<TKey, TValue>> received = [];
        foreach (var record in pending)
        {
            record.BeginTry();
            try
            {
                received.Add(format.Read(record.Record, record.History));
                tried.Add(record);
            }
            catch (Exception malformed)
            {
                record.Failure = new Failure(malformed, IsRetriable: false);
            }
        }
        if (tried.Count > 0) await CallAsync(tried, received, cancellationToken).ConfigureAwait(false);
        foreach (var record in pending)
        {
            if (record is not { Failure: { } failure, History: var at }) continue;
            Log.AttemptFailed(context.Logger, at.Topic, at.Partition, at.Offset, at.Attempts, context.Group, failure.Error);
        }
    }

    private async ValueTask CallAsync(
        List<PendingRecord> tried, List<ReceivedRecord<TKey, TValue>> received, CancellationToken cancellationToken)
    {
        using RecordInWork work = context.Status.Begin(tried[0].History);
        try
        {
            await call.RunAsync(received, cancellationToken).ConfigureAwait(false);
        }
        catch (BatchFailureException failures) when (!cancellationToken.IsCancellationRequested
            && failures.Failures.Keys.All(index => (uint)index < (uint)tried.Count))
        {
            foreach (var (index, error) in failures.Failures) tried[index].Failure = FailureOf(error);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var record in tried) record.Failure = FailureOf(error);
        }
    }

    private Failure FailureOf(Exception error) => new(error, context.Options.IsRetriable?.Invoke(error) ?? true);

    /// <returns>False when the record blocks.</returns>
    private async ValueTask<bool> IsDoneAsync(PendingRecord record, CancellationToken cancellationToken)
    {
        bool isDone = record.Failure is not { } failure
            || await route.TakeAsync(record.Record, record.History, failure, cancellationToken).ConfigureAwait(false);
        if (isDone)
        {
            record.Dispose();
            return true;
        }
        record.Blocked ??= context.Status.Block(record.History);
        record.Blocked.Error = record.Failure?.Error;
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(5400, LogLevel.Warning,
            "Group {Group} failed on {Topic}-{Partition} offset {Offset}, attempt {Attempt}",
            EventName = "AttemptFailed")]
        public static partial void AttemptFailed(
            ILogger logger, string topic, int partition, long offset, int attempt, string group, Exception error);
    }
}
