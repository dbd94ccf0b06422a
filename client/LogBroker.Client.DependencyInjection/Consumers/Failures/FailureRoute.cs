using System.Diagnostics;
using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>Where a record goes that could not be handled: to the next retry topic, to the dead letters, or nowhere.</summary>
/// <param name="level">The level of the retry topics the record was read from; 0 of the topics themselves.</param>
/// <param name="topics">What they are called.</param>
/// <param name="producer">Writes copies: the same bytes, under the same key.</param>
/// <param name="context">Whose route it is.</param>
internal sealed partial class FailureRoute(
    int level, FailureTopics topics, FailureProducer producer, HandlingContext context)
{
    /// <summary>Whether the records come from retry topics.</summary>
    public bool IsOfRetry => level > 0;

    /// <summary>Puts the record aside, if the options say so; the copy is acknowledged before this completes.</summary>
    /// <returns>Whether the record is done with; false when it blocks.</returns>
    /// <exception cref="ProduceException">The copy could not be written: the record has to be read again.</exception>
    public async ValueTask<bool> TakeAsync(
        ConsumedRecord<RawBytes, RawBytes> record, FailureHistory history, Failure failure, CancellationToken cancellationToken)
    {
        if (Span is { } span) Mark(span, failure.Error);
        if (failure.IsRetriable && level < topics.Levels)
        {
            string retry = topics.Retry(history.Topic, level + 1);
            DateTimeOffset due = context.Time.GetUtcNow() + context.Options.RetryLater[level];
            await CopyAsync(record, history, failure, retry, due, cancellationToken).ConfigureAwait(false);
            Log.PutOff(context.Logger, history.Topic, history.Partition, history.Offset, due, retry);
            return true;
        }
        if (context.Options.Exhausted == FailedRecord.Blocks) return false;
        if (topics.HasDeadLetters)
        {
            string dead = topics.DeadLetters(history.Topic);
            await CopyAsync(record, history, failure, dead, null, cancellationToken).ConfigureAwait(false);
            Log.DeadLettered(context.Logger, history.Topic, history.Partition, history.Offset, history.Attempts, dead, failure.Error);
            return true;
        }
        Log.Skipped(context.Logger, history.Topic, history.Partition, history.Offset, history.Attempts, failure.Error);
        return true;
    }

    /// <summary>The record's span, in which this runs; null when nobody listens.</summary>
    private static Activity? Span => Activity.Current is { Source.Name: "LogBroker.Client" } span ? span : null;

    /// <summary>The span tells that its work has failed though nothing is thrown.</summary>
    private static void Mark(Activity span, Exception error)
    {
        span.SetTag("error.type", error.GetType().FullName);
        span.SetStatus(ActivityStatusCode.Error, error.Message);
    }

    private async ValueTask CopyAsync(
        ConsumedRecord<RawBytes, RawBytes> record, FailureHistory history, Failure failure, string topic, DateTimeOffset? due,
        CancellationToken cancellationToken)
    {
        // The producer adds the context of the span this runs in; what the record came with is its parent already.
        IReadOnlyList<RecordHeader> headers = Span is null
            ? record.Headers
            : [.. record.Headers.Where(header => header.Key is not ("traceparent" or "tracestate"))];
        var copy = new ProducerRecord<RawBytes, RawBytes>(topic, record.Key, record.Value)
        {
            Headers = history.HeadersOfCopy(headers, context.Group, failure.Error, due),
        };
        await producer.ProduceAsync(copy, cancellationToken).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(5401, LogLevel.Information,
            "{Topic}-{Partition} offset {Offset} is tried again at {Due} by way of {RetryTopic}", EventName = "RecordPutOff")]
        public static partial void PutOff(
            ILogger logger, string topic, int partition, long offset, DateTimeOffset due, string retryTopic);

        [LoggerMessage(5402, LogLevel.Error,
            "{Topic}-{Partition} offset {Offset} failed {Attempts} times and is now in {DeadLetters}", EventName = "RecordDeadLettered")]
        public static partial void DeadLettered(
            ILogger logger, string topic, int partition, long offset, int attempts, string deadLetters, Exception error);

        [LoggerMessage(5403, LogLevel.Error,
            "{Topic}-{Partition} offset {Offset} failed {Attempts} times and is skipped", EventName = "RecordSkipped")]
        public static partial void Skipped(
            ILogger logger, string topic, int partition, long offset, int attempts, Exception error);
    }
}
