using System.Diagnostics;
using LogBroker.Client.DependencyInjection.Consumers.Failures;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using LogBroker.Protocol;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>Reads a retry topic: handles what is due, one record after the other. A partition whose next record is not due yet is paused
/// until then; the other partitions go on.</summary>
/// <remarks>All records of a retry topic have the same delay, so they become due in the order in which they stand.</remarks>
internal sealed class DelayedReading(
    Consumer<RawBytes, RawBytes> consumer, Func<ConsumedRecord<RawBytes, RawBytes>, CancellationToken, ValueTask> handle,
    string group, TimeProvider time)
{
    /// <summary>A timer takes no more than 49 days.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await foreach (var record in consumer.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                TimeSpan wait = (FailureHistory.DueOf(record) ?? DateTimeOffset.MinValue) - time.GetUtcNow();
                if (wait > TimeSpan.Zero) await PutBackAsync(record, wait, ending.Token).ConfigureAwait(false);
                else await HandleAsync(record, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(ConsumedRecord<RawBytes, RawBytes> record, CancellationToken cancellationToken)
    {
        using Activity? span = record.StartProcessing(group);
        await handle(record, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The record is read again when it is due. Its offset counts as not read, so that it is not committed before.</summary>
    private async Task PutBackAsync(ConsumedRecord<RawBytes, RawBytes> record, TimeSpan wait, CancellationToken ending)
    {
        try
        {
            consumer.Pause([record.TopicPartition]);
            await consumer.SeekAsync(record.TopicPartition, record.Offset, ending).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            return; // The partition was taken away this moment: whoever has it now waits for the record.
        }
        _ = ResumeAsync(record.TopicPartition, wait, ending);
    }

    private async Task ResumeAsync(TopicPartition partition, TimeSpan wait, CancellationToken ending)
    {
        try
        {
            for (var left = wait; left > TimeSpan.Zero; left -= LongestDelay)
                await Task.Delay(left < LongestDelay ? left : LongestDelay, time, ending).ConfigureAwait(false);
            consumer.Resume([partition]);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Reading ended, or the partition belongs to somebody else by now.
        }
    }
}
