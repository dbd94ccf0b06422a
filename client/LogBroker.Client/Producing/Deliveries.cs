using System.Collections.Concurrent;
using LogBroker.Client.Producing.Batches;
using LogBroker.Client.Producing.Sending;
using LogBroker.Protocol;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Producing;

/// <summary>Ends batches: tells those who wait what became of their records, and gives the memory back.</summary>
/// <remarks>Thread-safe. Tasks complete at once; handlers run one at a time on the pool, in the order in which batches ended, and a
/// batch with handlers keeps its memory until they have run.</remarks>
internal sealed partial class Deliveries
{
    /// <summary>The last millisecond a time can have.</summary>
    private static readonly long TimeMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly BatchMemory _memory;
    private readonly FlushRounds _rounds;
    private readonly ILogger _logger;
    private readonly ConcurrentQueue<EndedBatch> _ended = new();
    private readonly Worker _calls;

    public Deliveries(BatchMemory memory, FlushRounds rounds, ILogger logger)
    {
        _memory = memory;
        _rounds = rounds;
        _logger = logger;
        _calls = new Worker(CallHandlersAsync);
    }

    /// <summary>The records were written.</summary>
    /// <param name="batch">Touched no more by the caller.</param>
    /// <param name="baseOffset">The first one's offset; None when it was not told.</param>
    /// <param name="logAppendTime">The broker's time for all of them, or -1 when they keep their own.</param>
    public void Succeed(ProducerBatch batch, Offset baseOffset, long logAppendTime)
    {
        ProducerMetrics.Delivered(batch);
        End(new EndedBatch(batch, baseOffset, logAppendTime, null, null));
    }

    /// <summary>The records were not written, or it is not known.</summary>
    /// <param name="batch">Touched no more by the caller.</param>
    /// <param name="error">Why.</param>
    /// <param name="ofRecords">Why each of the records, where they differ.</param>
    public void Fail(ProducerBatch batch, KafkaException error, KafkaException[]? ofRecords = null)
    {
        ProducerMetrics.Failed(batch, error);
        End(new EndedBatch(batch, Offset.None, -1, error, ofRecords));
    }

    /// <summary>Other batches took over the records and those who wait.</summary>
    public void Discard(ProducerBatch batch) => Release(batch);

    private void End(in EndedBatch ended)
    {
        bool hasHandlers = false;
        foreach (ref readonly PlacedWaiter placed in ended.Batch.Waiters)
        {
            if (placed.Waiter.Span is { } span) ProducerTracing.End(span, ended.ReportFor(placed));
            if (placed.Waiter.Target is PendingDelivery delivery) delivery.Complete(ended.ReportFor(placed));
            hasHandlers |= placed.Waiter.Target is DeliveryHandler;
        }

        if (hasHandlers)
        {
            _ended.Enqueue(ended);
            _calls.Request();
            return;
        }

        Release(ended.Batch);
    }

    private Task CallHandlersAsync()
    {
        while (_ended.TryDequeue(out EndedBatch ended))
        {
            foreach (ref readonly PlacedWaiter placed in ended.Batch.Waiters)
            {
                if (placed.Waiter.Target is DeliveryHandler handler) Call(handler, ended.ReportFor(placed));
            }

            Release(ended.Batch);
        }

        return Task.CompletedTask;
    }

    private void Call(DeliveryHandler handler, in DeliveryReport report)
    {
        try
        {
            handler(report);
        }
        catch (Exception failure)
        {
            Log.HandlerFailed(_logger, failure, report.Metadata.TopicPartition);
        }
    }

    private void Release(ProducerBatch batch)
    {
        FlushRound round = batch.Round!;
        batch.Release(_memory);
        _rounds.Leave(round);
    }

    private readonly record struct EndedBatch(
        ProducerBatch Batch, Offset BaseOffset, long LogAppendTime, KafkaException? Error, KafkaException[]? OfRecords)
    {
        public DeliveryReport ReportFor(in PlacedWaiter placed)
        {
            Offset offset = BaseOffset == Offset.None ? Offset.None : BaseOffset + placed.Index;
            long time = Math.Clamp(LogAppendTime >= 0 ? LogAppendTime : placed.Timestamp, 0, TimeMax);
            var metadata = new RecordMetadata(
                Batch.Queue.TopicPartition, offset, DateTimeOffset.FromUnixTimeMilliseconds(time));
            return new DeliveryReport(metadata, OfRecords?[placed.Index] ?? Error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5100, LogLevel.Error, "A delivery handler failed for a record of {Partition}", EventName = "DeliveryHandlerFailed")]
        public static partial void HandlerFailed(ILogger logger, Exception failure, TopicPartition partition);
    }
}
