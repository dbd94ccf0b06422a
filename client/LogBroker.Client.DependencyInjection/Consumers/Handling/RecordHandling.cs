using LogBroker.Client.DependencyInjection.Consumers.Failures;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Client.DependencyInjection.Consumers.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>Handles one record to its end: deserializes it, gives it to a handler in a scope of its own, tries again in place, and hands
/// it to the <see cref="FailureRoute"/> when that does not help.</summary>
/// <remarks>Shared by the records that are handled at the same time. It throws only when the record is to be read again.</remarks>
internal sealed partial class RecordHandling<THandler, TKey, TValue>(
    IServiceScopeFactory scopes, RecordFormat<TKey, TValue> format, FailureRoute route, HandlingContext context)
    where THandler : class, IRecordHandler<TKey, TValue>
{
    /// <summary>When it completes the record is done: handled, put aside, or another member's business.</summary>
    public async ValueTask HandleAsync(
        Consumer<RawBytes, RawBytes> consumer, ConsumedRecord<RawBytes, RawBytes> record, CancellationToken cancellationToken)
    {
        if (route.HistoryOf(record) is not { } history) return;
        BlockedRecord? blocked = null;
        int waits = 0;
        try
        {
            for (int tries = 1; tries == 1 || consumer.Assignment.Contains(record.TopicPartition); tries++)
            {
                history = history with { Attempts = history.Attempts + 1 };
                if (await TryAsync(record, history, cancellationToken).ConfigureAwait(false) is not { } failure) return;
                Log.AttemptFailed(
                    context.Logger, history.Topic, history.Partition, history.Offset, history.Attempts, context.Group, failure.Error);
                if (failure.IsRetriable && tries <= context.Options.RetryInPlace.Count)
                {
                    await context.WaitAsync(context.Options.RetryInPlace[tries - 1], cancellationToken).ConfigureAwait(false);
                    continue;
                }
                if (await route.TakeAsync(record, history, failure, cancellationToken).ConfigureAwait(false)) return;
                blocked ??= context.Status.Block(history);
                blocked.Error = failure.Error;
                await context.WaitAsync(context.RestartDelayAfter(++waits), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            blocked?.Dispose();
        }
    }

    /// <returns>Null when the handler was content.</returns>
    private async ValueTask<Failure?> TryAsync(
        ConsumedRecord<RawBytes, RawBytes> record, FailureHistory history, CancellationToken cancellationToken)
    {
        ReceivedRecord<TKey, TValue> received;
        try
        {
            received = format.Read(record, history);
        }
        catch (Exception malformed)
        {
            return new Failure(malformed, IsRetriable: false);
        }
        using RecordInWork work = context.Status.Begin(history);
        try
        {
            AsyncServiceScope scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                THandler handler = scope.ServiceProvider.GetRequiredService<THandler>();
                await handler.HandleAsync(received, cancellationToken).ConfigureAwait(false);
            }
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return new Failure(failure, context.Options.IsRetriable?.Invoke(failure) ?? true);
        }
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
