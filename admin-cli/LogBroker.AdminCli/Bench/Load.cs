using System.Buffers.Binary;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Bench;

/// <summary>What is measured.</summary>
/// <param name="Client">Reaches the cluster.</param>
/// <param name="Environment">The terminal and the clock.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Records">How many records.</param>
/// <param name="SizeBytes">How large each value is.</param>
/// <param name="PerSecond">How many a second; null for as many as go.</param>
internal sealed record Load(LogBrokerClient Client, CommandEnvironment Environment, string Topic, long Records, int SizeBytes, int? PerSecond)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Writes records; the latency is from handing one over to its acknowledgement.</summary>
    public async Task<BenchResult> ProduceAsync(ProducerOptions options, CancellationToken cancelled)
    {
        TimeProvider time = Environment.Time;
        var latencies = new LatencyHistogram();
        KafkaException? failure = null;
        byte[] value = NewValue();
        long started = time.GetTimestamp();
        using var progress = new ProgressLine(Environment, () => (latencies.Count, Records));
        await using (Producer<Null, ReadOnlyMemory<byte>> producer = Client.CreateProducer<Null, ReadOnlyMemory<byte>>(options))
        {
            for (long count = 0; count < Records && failure is null; count++)
            {
                await PaceAsync(count, started, cancelled);
                long handed = time.GetTimestamp();
                await producer.EnqueueAsync(
                    Topic,
                    default,
                    value,
                    (in DeliveryReport report) =>
                    {
                        if (report.IsDelivered) latencies.Add(time.GetElapsedTime(handed));
                        else failure ??= report.Error;
                    },
                    cancelled);
            }
            await producer.FlushAsync(cancelled);
        }
        if (failure is not null) throw failure;
        return new BenchResult("produce", Topic, Records, Records * SizeBytes, time.GetElapsedTime(started), latencies);
    }

    /// <summary>Reads what is there, up to so many records.</summary>
    public async Task<BenchResult> ConsumeAsync(ConsumerOptions options, CancellationToken cancelled)
    {
        TimeProvider time = Environment.Time;
        (long records, long bytes) = (0, 0);
        await using Consumer<Null, Null> consumer = Client.CreateConsumer(
            null, options with { OffsetReset = OffsetReset.Earliest, AutoCommit = false }, Deserializers.Ignore, Deserializers.Ignore);
        long available = await AssignAllAsync(consumer, OffsetSpec.Earliest, cancelled);
        long wanted = Math.Min(Records, available);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, patience.Token);
        using var progress = new ProgressLine(Environment, () => (records, wanted));
        long started = time.GetTimestamp();
        if (wanted > 0)
        {
            await foreach (ConsumedBatch<Null, Null> batch in consumer.ReadBatchesAsync(either.Token))
            {
                foreach (ConsumedRecordView record in batch.Records)
                {
                    records++;
                    bytes += record.Key.Length + record.Value.Length;
                }
                patience.CancelAfter(Patience);
                if (records >= wanted) break;
            }
        }
        return new BenchResult("consume", Topic, records, bytes, time.GetElapsedTime(started), null);
    }

    /// <summary>Writes and reads at the same time; the latency is from handing a record over to having it back.</summary>
    public async Task<BenchResult> EndToEndAsync(ProducerOptions producing, ConsumerOptions consuming, CancellationToken cancelled)
    {
        TimeProvider time = Environment.Time;
        var latencies = new LatencyHistogram();
        using var progress = new ProgressLine(Environment, () => (latencies.Count, Records));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        await using Consumer<Null, ReadOnlyMemory<byte>> consumer = Client.CreateConsumer<Null, ReadOnlyMemory<byte>>(
            null, consuming with { OffsetReset = OffsetReset.Latest, AutoCommit = false });
        await AssignAllAsync(consumer, OffsetSpec.Latest, cancelled);
        byte[] template = NewValue();
        long started = time.GetTimestamp();
        Task reading = ReadBackAsync(consumer, latencies, ended.Token);
        await using (Producer<Null, ReadOnlyMemory<byte>> producer = Client.CreateProducer<Null, ReadOnlyMemory<byte>>(producing))
        {
            for (long count = 0; count < Records; count++)
            {
                await PaceAsync(count, started, cancelled);
                byte[] value = (byte[])template.Clone();
                BinaryPrimitives.WriteInt64BigEndian(value, time.GetTimestamp());
                await producer.EnqueueAsync(Topic, default, value, cancellationToken: cancelled);
            }
            await producer.FlushAsync(cancelled);
        }
        if (await Task.WhenAny(reading, Task.Delay(Patience, time, cancelled)) != reading)
        {
            await ended.CancelAsync();
            throw new CommandException($"Only {latencies.Count} of {Records} records came back within {Patience.TotalSeconds} s.", "./logbroker doctor");
        }
        await reading;
        return new BenchResult("end-to-end", Topic, Records, Records * SizeBytes, time.GetElapsedTime(started), latencies);
    }

    private async Task ReadBackAsync(Consumer<Null, ReadOnlyMemory<byte>> consumer, LatencyHistogram latencies, CancellationToken cancelled)
    {
        await foreach (ConsumedRecord<Null, ReadOnlyMemory<byte>> record in consumer.ReadAsync(cancelled))
        {
            latencies.Add(Environment.Time.GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(record.Value.Span)));
            if (latencies.Count == Records) return;
        }
    }

    private async Task<long> AssignAllAsync<TValue>(Consumer<Null, TValue> consumer, OffsetSpec at, CancellationToken cancelled)
    {
        IReadOnlyList<ListedOffset> starts = await Client.Admin.Partitions.ListOffsetsAsync(Topic, at, cancelled);
        IReadOnlyList<ListedOffset> ends = await Client.Admin.Partitions.ListOffsetsAsync(Topic, OffsetSpec.Latest, cancelled);
        consumer.Assign([.. starts.Select((_, index) => new TopicPartition(Topic, index))]);
        for (int index = 0; index < starts.Count; index++) await consumer.SeekAsync(new TopicPartition(Topic, index), starts[index].Offset, cancelled);
        return starts.Zip(ends).Sum(pair => pair.Second.Offset.Value - pair.First.Offset.Value);
    }

    /// <summary>Waits until this record is due.</summary>
    private async ValueTask PaceAsync(long count, long started, CancellationToken cancelled)
    {
        if (PerSecond is not { } rate) return;
        TimeSpan early = TimeSpan.FromSeconds((double)count / rate) - Environment.Time.GetElapsedTime(started);
        if (early > TimeSpan.FromMilliseconds(1)) await Task.Delay(early, Environment.Time, cancelled);
    }

    /// <summary>Letters a codec finds something in, as real records have.</summary>
    private byte[] NewValue()
    {
        var value = new byte[SizeBytes];
        for (int index = 0; index < value.Length; index++) value[index] = (byte)('a' + Random.Shared.Next(16));
        return value;
    }
}
