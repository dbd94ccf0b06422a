using System.Text;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>What a consumer that assigns itself reads.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Read_FromTheStart_GetsEveryRecordInOrder(CompressionType codec)
    {
        const int Count = 3_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("read", partitions: 3);
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, Count, partitions: 3, options: new ProducerOptions { Compression = codec });
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic, 0), Filling.At(topic, 1), Filling.At(topic, 2));

        var records = await Filling.ReadAsync(consumer, Count);

        foreach (var partition in records.GroupBy(record => record.Partition))
        {
            Assert.Equal(Enumerable.Range(0, Count / 3).Select(index => (long)index), partition.Select(record => record.Offset.Value));
            Assert.Equal(
                Enumerable.Range(0, Count / 3).Select(index => $"v{(index * 3) + partition.Key}"), partition.Select(record => record.Value));
        }
    }

    [Fact]
    public async Task Read_RecordWithEverything_HasIt()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("everything");
        await using var client = target.NewClient();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        await using (var producer = client.CreateProducer<string?, string?>())
        {
            await producer.ProduceAsync(new ProducerRecord<string?, string?>(topic, null, null)
            {
                Timestamp = time,
                Headers = [new RecordHeader("a", "1"u8.ToArray()), new RecordHeader("b", (byte[]?)null)],
            });
        }
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));

        var record = Assert.Single(await Filling.ReadAsync(consumer, 1));

        Assert.Null(record.Key);
        Assert.Null(record.Value);
        Assert.Equal(time, record.Timestamp);
        Assert.Equal(["a", "b"], record.Headers.Select(header => header.Key));
        Assert.Equal("1"u8.ToArray(), record.Headers[0].Value!.Value.ToArray());
        Assert.Null(record.Headers[1].Value);
    }

    [Fact]
    public async Task ReadBatches_OfPlainRecords_AllocatesNothingForARecord()
    {
        const int Count = 20_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("zero");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, Count);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        long records = 0;
        long bytes = 0;
        long allocated = 0;
        using var limit = new CancellationTokenSource(Filling.Patience);
        await foreach (var batch in consumer.ReadBatchesAsync(limit.Token))
        {
            (int walked, int read, long cost) = Walk(batch);
            if (records > 0) allocated += cost; // The first round compiles.
            records += walked;
            bytes += read;
            if (records == Count) break;
        }
        Assert.True(bytes > Count);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task ReadBatches_FromTheMiddle_LeavesOutWhatIsBefore()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("middle");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 100);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        await consumer.SeekAsync(Filling.At(topic), new Offset(60));

        var values = new List<string>();
        using var limit = new CancellationTokenSource(Filling.Patience);
        await foreach (var batch in consumer.ReadBatchesAsync(limit.Token))
        {
            foreach (var view in batch.Records) values.Add(batch.Deserialize(view).Value);
            if (values.Count >= 40) break;
        }

        Assert.Equal(Enumerable.Range(60, 40).Select(index => $"v{index}"), values);
    }

    [Fact]
    public async Task Seek_ByOffsetTimeBeginningAndEnd_ReadsFromThere()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("seek");
        var partition = Filling.At(topic);
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();
        var start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        for (int index = 0; index < 10; index++)
            await producer.ProduceAsync(new ProducerRecord<string, string>(topic, "k", $"v{index}") { Timestamp = start.AddSeconds(index) });
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(partition);

        await consumer.SeekAsync(partition, new Offset(7));
        Assert.Equal("v7", (await Filling.ReadAsync(consumer, 1))[0].Value);
        Assert.Equal(new Offset(8), consumer.Position(partition));
        Assert.Equal(2, consumer.Lag(partition));
        await consumer.SeekAsync([partition], start.AddSeconds(4.5));
        Assert.Equal("v5", (await Filling.ReadAsync(consumer, 1))[0].Value);
        await consumer.SeekToBeginningAsync([partition]);
        Assert.Equal("v0", (await Filling.ReadAsync(consumer, 1))[0].Value);
        await consumer.SeekToEndAsync([partition]);
        Assert.Equal(new Offset(10), consumer.Position(partition));
        await producer.ProduceAsync(topic, "k", "last");
        Assert.Equal("last", (await Filling.ReadAsync(consumer, 1))[0].Value);
        Assert.Equal(new Offset(3), (await consumer.OffsetsForTimeAsync([partition], start.AddSeconds(3)))[partition]);
    }

    [Fact]
    public async Task Seek_InTheMiddleOfReading_DropsWhatWasFetched()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("jump");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 1000);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        var seen = new List<long>();
        using var limit = new CancellationTokenSource(Filling.Patience);
        await foreach (var record in consumer.ReadAsync(limit.Token))
        {
            seen.Add(record.Offset.Value);
            if (seen.Count == 3) await consumer.SeekAsync(Filling.At(topic), new Offset(900));
            if (seen.Count == 6) break;
        }

        Assert.Equal([0, 1, 2, 900, 901, 902], seen);
    }

    [Fact]
    public async Task Pause_OneOfTwoPartitions_ReadsOnlyTheOtherUntilResumed()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("pause", partitions: 2);
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 200, partitions: 2);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic, 0), Filling.At(topic, 1));
        await Filling.UntilAsync(() => consumer.Assignment.Count == 2, "two partitions");
        consumer.Pause(Filling.At(topic, 0));

        Assert.All(await Filling.ReadAsync(consumer, 100), record => Assert.Equal(1, record.Partition));
        consumer.Resume(Filling.At(topic, 0));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(index => (long)index), (await Filling.ReadAsync(consumer, 100)).Select(record => record.Offset.Value));
    }

    [Fact]
    public async Task Pause_InTheMiddleOfABatch_TakesEffectWithTheNextRecord()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("pausenow");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 100);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        using var limit = new CancellationTokenSource(Filling.Patience);
        var records = consumer.ReadAsync(limit.Token).GetAsyncEnumerator();
        Assert.True(await records.MoveNextAsync());
        consumer.Pause(Filling.At(topic));
        var next = records.MoveNextAsync().AsTask();
        await Task.Delay(200);
        Assert.False(next.IsCompleted);
        consumer.Resume(Filling.At(topic));
        Assert.True(await next.WaitAsync(Filling.Patience));
        Assert.Equal(new Offset(1), records.Current.Offset);
        await records.DisposeAsync();
    }

    [Fact]
    public async Task Reset_None_FailsTheReaderAndSeekHelps()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("none");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        await using var consumer = client.CreateConsumer<string, string>(null, new ConsumerOptions { OffsetReset = OffsetReset.None });
        consumer.Assign(Filling.At(topic));

        var failure = await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => Filling.ReadAsync(consumer, 1));
        Assert.Equal(Filling.At(topic), failure.TopicPartition);
        await consumer.SeekAsync(Filling.At(topic), new Offset(4));
        Assert.Equal("v4", (await Filling.ReadAsync(consumer, 1))[0].Value);
    }

    [Fact]
    public async Task Reset_OutOfRange_GoesWhereThePolicySays()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("beyond");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        await consumer.SeekAsync(Filling.At(topic), new Offset(5000));

        Assert.Equal("v0", (await Filling.ReadAsync(consumer, 1))[0].Value);
    }

    [Fact]
    public async Task Reset_ByDuration_StartsWithWhatIsYoungEnough()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("duration");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();
        await producer.ProduceAsync(new ProducerRecord<string, string>(topic, "k", "old") { Timestamp = DateTimeOffset.UtcNow.AddHours(-2) });
        await producer.ProduceAsync(new ProducerRecord<string, string>(topic, "k", "young") { Timestamp = DateTimeOffset.UtcNow.AddMinutes(-2) });
        await using var consumer = client.CreateConsumer<string, string>(
            null, new ConsumerOptions { OffsetReset = OffsetReset.ByDuration(TimeSpan.FromHours(1)) });
        consumer.Assign(Filling.At(topic));

        Assert.Equal("young", (await Filling.ReadAsync(consumer, 1))[0].Value);
    }

    [Fact]
    public async Task Read_OfWhatCannotBeDeserialized_TellsWhereAndGoesOnAfterASeek()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("poison");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 3);
        await using var consumer = client.CreateConsumer<string, long>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        using var limit = new CancellationTokenSource(Filling.Patience);
        async Task ReadAsync()
        {
            await foreach (var record in consumer.ReadAsync(limit.Token))
            {
            }
        }

        var failure = await Assert.ThrowsAsync<SerializationException>(ReadAsync);
        Assert.Contains("offset 0", failure.Message, StringComparison.Ordinal);
        Assert.Equal(new Offset(0), consumer.Position(Filling.At(topic)));
        await consumer.SeekAsync(Filling.At(topic), new Offset(2));
        failure = await Assert.ThrowsAsync<SerializationException>(ReadAsync);
        Assert.Contains("offset 2", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A time-out of what a deserializer asks, as a registry of schemas, comes as a cancellation.</summary>
    [Fact]
    public async Task Read_OfWhatADeserializerCouldNotReadInTime_IsReadAgain()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("late");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 2);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart(), value: new TimesOutOnce());
        consumer.Assign(Filling.At(topic));

        await Assert.ThrowsAsync<SerializationException>(() => Filling.ReadAsync(consumer, 1));

        Assert.Equal(["v0", "v1"], (await Filling.ReadAsync(consumer, 2)).Select(record => record.Value));
    }

    [Fact]
    public async Task Read_BySecondReader_IsRefused()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("second");
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        using var cancel = new CancellationTokenSource();
        await using var first = consumer.ReadAsync(cancel.Token).GetAsyncEnumerator();
        var waiting = first.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Filling.ReadAsync(consumer, 1));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Read_WhileTheBrokerRestarts_GoesOnWithoutAGap()
    {
        await using var target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("restart");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 100);
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        Assert.Equal("v49", (await Filling.ReadAsync(consumer, 50))[^1].Value);

        await target.StopAsync();
        await target.StartAgainAsync();
        await Filling.FillAsync(client, topic, 100, first: 100);

        Assert.Equal(Enumerable.Range(50, 150).Select(index => $"v{index}"), (await Filling.ReadAsync(consumer, 150)).Select(record => record.Value));
    }

    private static (int Records, int Bytes, long Allocated) Walk(ConsumedBatch<string, string> batch)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        int records = 0;
        int bytes = 0;
        foreach (var view in batch.Records)
        {
            records++;
            bytes += view.Key.Length + view.Value.Length;
        }
        return (records, bytes, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class TimesOutOnce : IDeserializer<string>
    {
        private bool _didTimeOut;

        public string Deserialize(ReadOnlySpan<byte> data, bool isNull, in SerializationContext context)
        {
            if (_didTimeOut) return Encoding.UTF8.GetString(data);
            _didTimeOut = true;
            throw new TaskCanceledException("The registry did not answer in time.");
        }
    }
}
