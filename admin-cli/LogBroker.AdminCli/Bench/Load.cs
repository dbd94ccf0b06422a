using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Records;
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

    /// <summary>Writes records; the latency is from handing one over, or with a rate from when it was due, to its acknowledgement.</summary>
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
                long due = await DueAsync(count, started, cancelled);
                await producer.EnqueueAsync(
                    Topic,
                    default,
                    value,
                    (in DeliveryReport report) =>
                    {
                        if (report.IsDelivered) latencies.Add(time.GetElapsedTime(due));
                        else failure ??= report.Error;
                    },
                    cancelled);
            }
            await producer.FlushAsync(cancelled);
        }
        if (failure is not null) throw failure;
        return new BenchResult("produce", Topic, Records, Records * SizeBytes, time.GetElapsedTime(started), latencies);
    }

    /// <summary>Reads what is there, up to so many records; the latency is how long the reader waits for each batch.</summary>
    public async Task<BenchResult> ConsumeAsync(ConsumerOptions options, CancellationToken cancelled)
    {
        TimeProvider time = Environment.Time;
        (long records, long bytes) = (0, 0);
        PartitionRange[] ranges = await RangesAsync(options.IsolationLevel, cancelled);
        // There may be fewer: some offsets are markers of transactions, or were compacted away.
        long wanted = Math.Min(Records, ranges.Sum(range => range.Records!.Value));
        await using Consumer<Null, Null> consumer = Client.CreateConsumer(
            null, options with { OffsetReset = OffsetReset.Earliest, AutoCommit = false }, Deserializers.Ignore, Deserializers.Ignore);
        var reading = new PartitionReading<Null, Null>(
            consumer, ranges.ToDictionary(range => range.Partition, range => (range.Start!.Value, range.End)), Patience);
        var latencies = new LatencyHistogram();
        using var progress = new ProgressLine(Environment, () => (records, wanted));
        long started = time.GetTimestamp();
        long asked = started;
        TimeSpan took = TimeSpan.Zero;
        await reading.RunBatchesAsync(
            batch =>
            {
                latencies.Add(time.GetElapsedTime(asked));
                foreach (ConsumedRecordView record in batch.Records)
                {
                    records++;
                    bytes += record.Key.Length + record.Value.Length;
                }
                asked = time.GetTimestamp();
                took = time.GetElapsedTime(started, asked);
                return records < Records;
            },
            cancelled);
        return new BenchResult("consume", Topic, records, bytes, took, latencies);
    }

    /// <summary>Writes and reads at the same time; the latency is from handing a record over, or with a rate from when it was due, to having it back.</summary>
    public async Task<BenchResult> EndToEndAsync(ProducerOptions producing, ConsumerOptions consuming, CancellationToken cancelled)
    {
        TimeProvider time = Environment.Time;
        var latencies = new LatencyHistogram();
        using var progress = new ProgressLine(Environment, () => (latencies.Count, Records));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        var stamp = new RecordStamp(time);
        await using Consumer<Null, ReadOnlyMemory<byte>> consumer = Client.CreateConsumer<Null, ReadOnlyMemory<byte>>(
            null, consuming with { OffsetReset = OffsetReset.Latest, AutoCommit = false });
        await AssignEndsAsync(consumer, cancelled);
        long started = time.GetTimestamp();
        Task reading = ReadBackAsync(consumer, stamp, latencies, ended.Token);
        try
        {
            await WriteStampedAsync(producing, stamp, started, reading, cancelled);
            await AllBackAsync(reading, latencies, cancelled);
        }
        finally
        {
            await ended.CancelAsync();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        return new BenchResult("end-to-end", Topic, Records, Records * SizeBytes, time.GetElapsedTime(started), latencies);
    }

    /// <exception cref="KafkaException">A record could not be written.</exception>
    private async Task WriteStampedAsync(ProducerOptions options, RecordStamp stamp, long started, Task reading, CancellationToken cancelled)
    {
        KafkaException? failure = null;
        byte[] template = NewValue();
        await using (Producer<Null, ReadOnlyMemory<byte>> producer = Client.CreateProducer<Null, ReadOnlyMemory<byte>>(options))
        {
            for (long count = 0; count < Records && failure is null && !reading.IsCompleted; count++)
            {
                long due = await DueAsync(count, started, cancelled);
                byte[] value = (byte[])template.Clone();
                stamp.Write(value, due);
                await producer.EnqueueAsync(Topic, default, value, (in DeliveryReport report) => failure ??= report.Error, cancelled);
            }
            await producer.FlushAsync(cancelled);
        }
        if (failure is not null) throw failure;
    }

    /// <summary>Waits until all is read, for as long as something comes.</summary>
    private async Task AllBackAsync(Task reading, LatencyHistogram latencies, CancellationToken cancelled)
    {
        for (long before = -1; !reading.IsCompleted; before = latencies.Count)
        {
            if (latencies.Count == before)
                throw new CommandException($"Only {latencies.Count} of {Records} records came back, and none for {Patience.TotalSeconds} s.", "./logbroker doctor");
            await Task.WhenAny(reading, Task.Delay(Patience, Environment.Time, cancelled));
            cancelled.ThrowIfCancellationRequested();
        }
        await reading;
    }

    private async Task ReadBackAsync(Consumer<Null, ReadOnlyMemory<byte>> consumer, RecordStamp stamp, LatencyHistogram latencies, CancellationToken cancelled)
    {
        await foreach (ConsumedRecord<Null, ReadOnlyMemory<byte>> record in consumer.ReadAsync(cancelled))
        {
            if (stamp.Age(record.Value.Span) is not { } age) continue;
            latencies.Add(age);
            if (latencies.Count == Records) return;
        }
    }

    private async Task<PartitionRange[]> RangesAsync(IsolationLevel isolation, CancellationToken cancelled)
    {
        // Which waits for a topic that was made just now.
        int partitions = (await Client.Admin.Partitions.ListOffsetsAsync(Topic, OffsetSpec.Earliest, cancelled)).Count;
        PartitionRange[] ranges = await PartitionRange.OfAsync(
            Client.Admin, [.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(Topic, partition))], isolation, cancelled);
        PartitionRange.RequireKnown(ranges);
        return ranges;
    }

    private async Task AssignEndsAsync<TValue>(Consumer<Null, TValue> consumer, CancellationToken cancelled)
    {
        PartitionRange[] ranges = await RangesAsync(IsolationLevel.ReadUncommitted, cancelled);
        consumer.Assign([.. ranges.Select(range => range.Partition)]);
        foreach (PartitionRange range in ranges) await consumer.SeekAsync(range.Partition, new Offset(range.End!.Value), cancelled);
    }

    /// <summary>Waits until a record is due. With a rate its time counts from when it was, so that a stall is not left out of what it delays.</summary>
    /// <returns>When it was due, as a timestamp of the clock.</returns>
    private async ValueTask<long> DueAsync(long count, long started, CancellationToken cancelled)
    {
        TimeProvider time = Environment.Time;
        if (PerSecond is not { } rate) return time.GetTimestamp();
        long due = started + (long)((double)count / rate * time.TimestampFrequency);
        TimeSpan early = time.GetElapsedTime(time.GetTimestamp(), due);
        if (early > TimeSpan.FromMilliseconds(1)) await Task.Delay(early, time, cancelled);
        return Math.Min(due, time.GetTimestamp());
    }

    /// <summary>Letters a codec finds something in, as real records have.</summary>
    private byte[] NewValue()
    {
        var value = new byte[SizeBytes];
        for (int index = 0; index < value.Length; index++) value[index] = (byte)('a' + Random.Shared.Next(16));
        return value;
    }
}
