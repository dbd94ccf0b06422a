using System.Diagnostics;
using LogBroker.Client.Consuming.Runtime;

namespace LogBroker.Client.Consuming.Processing;

/// <summary>A user's handler with a span and a duration around it. Where nobody listens it is the handler and nothing more.</summary>
internal sealed class MeasuredHandler<TKey, TValue>(
    ConsumerContext context, Func<ConsumedRecord<TKey, TValue>, CancellationToken, ValueTask> handler)
{
    public ValueTask RunAsync(ConsumedRecord<TKey, TValue> record, CancellationToken cancellationToken)
    {
        Activity? span = record.StartProcessing(context.GroupId);
        return span is null && !ConsumerMetrics.MeasuresDuration
            ? handler(record, cancellationToken)
            : MeasureAsync(record, span, cancellationToken);
    }

    private async ValueTask MeasureAsync(ConsumedRecord<TKey, TValue> record, Activity? span, CancellationToken cancellationToken)
    {
        long started = context.Time.GetTimestamp();
        Exception? failure = null;
        try
        {
            await handler(record, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure = thrown;
            RecordTracing.Fail(span, thrown);
            throw;
        }
        finally
        {
            span?.Dispose();
            ConsumerMetrics.Processed(record.Topic, context.GroupId, context.Time.GetElapsedTime(started), failure);
        }
    }
}
