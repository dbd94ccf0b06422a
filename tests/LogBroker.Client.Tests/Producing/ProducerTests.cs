using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Producing;

/// <summary>What a producer does while nothing goes wrong.</summary>
public sealed class ProducerTests
{
    [Fact]
    public async Task Produce_Awaited_TellsWhereTheRecordIs()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("produce");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();

        RecordMetadata first = await producer.ProduceAsync(topic, "key", "value");
        RecordMetadata second = await producer.ProduceAsync(topic, "key", "value 2");

        Assert.Equal(new TopicPartition(topic, 0), first.TopicPartition);
        Assert.Equal([0L, 1L], [first.Offset.Value, second.Offset.Value]);
        Assert.Equal(["value", "value 2"], (await TopicReader.ReadAsync(target, topic)).Select(record => record.Value));
    }

    [Fact]
    public async Task Produce_WithEverythingARecordCanHave_WritesIt()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("fields", partitions: 2);
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string?, string?>();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

        RecordMetadata written = await producer.ProduceAsync(new ProducerRecord<string?, string?>(topic, null, null)
        {
            Partition = 1,
            Timestamp = time,
            Headers = [new RecordHeader("a", "1"u8.ToArray()), new RecordHeader("a", []), new RecordHeader("b", (byte[]?)null)],
        });

        Assert.Equal(time, written.Timestamp);
        var found = Assert.Single(await TopicReader.ReadAsync(target, topic, 1));
        Assert.Null(found.Key);
        Assert.Null(found.Value);
        Assert.Equal(time.ToUnixTimeMilliseconds(), found.Timestamp);
        Assert.Equal([("a", "1"), ("a", ""), ("b", null)], found.Headers);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Enqueue_ManyRecords_WritesAllInOrderWithEveryCodec(CompressionType codec)
    {
        const int Count = 5_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("many");
        await using var client = target.NewClient();
        var told = new List<long>();
        await using (var producer = client.CreateProducer<Null, string>(
            new ProducerOptions { Compression = codec, BatchSizeBytes = 4096, BufferMemoryBytes = 64 * 1024 }))
        {
            for (int index = 0; index < Count; index++)
                await producer.EnqueueAsync(topic, default, $"value {index}", (in DeliveryReport report) => told.Add(report.Metadata.Offset.Value));
            await producer.FlushAsync();
            Assert.Equal(Count, told.Count);
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(index => (long)index), told);
        Assert.Equal(
            Enumerable.Range(0, Count).Select(index => $"value {index}"),
            (await TopicReader.ReadAsync(target, topic)).Select(record => record.Value));
    }

    [Theory]
    [InlineData(Acks.None)]
    [InlineData(Acks.Leader)]
    [InlineData(Acks.All)]
    public async Task Produce_WithEachAcks_IsWritten(Acks acks)
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("acks");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>(new ProducerOptions { Acks = acks });

        RecordMetadata written = await producer.ProduceAsync(topic, "key", "value");

        Assert.Equal(acks == Acks.None ? Offset.None : new Offset(0), written.Offset);
        using var limit = new CancellationTokenSource(Consuming.Filling.Patience);
        while ((await TopicReader.ReadAsync(target, topic)).Count == 0) await Task.Delay(10, limit.Token);
    }

    /// <summary>The hashes of these keys are in Apache Kafka's own tests.</summary>
    [Theory]
    [InlineData("21", 0)]
    [InlineData("foobar", 1)]
    [InlineData("abc", 2)]
    public async Task Produce_WithAKey_TakesThePartitionKafkasClientsTake(string key, int partition)
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("keys", partitions: 5);
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();

        Assert.Equal(partition, (await producer.ProduceAsync(topic, key, "value")).Partition);
    }

    [Fact]
    public async Task Enqueue_WithoutKeys_SpreadsOverPartitions()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("sticky", partitions: 4);
        await using var client = target.NewClient();
        var partitions = new HashSet<int>();
        await using (var producer = client.CreateProducer<Null, byte[]>(new ProducerOptions { BatchSizeBytes = 1024 }))
        {
            for (int index = 0; index < 2_000; index++)
                await producer.EnqueueAsync(topic, default, new byte[50], (in DeliveryReport report) => partitions.Add(report.Metadata.Partition));
        }

        Assert.Equal(4, partitions.Count);
    }

    [Fact]
    public async Task Enqueue_FromManyThreads_WritesEachRecordOnceInItsThreadsOrder()
    {
        const int Threads = 4;
        const int Each = 5_000;
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("threads");
        await using var client = target.NewClient();
        await using (var producer = client.CreateProducer<string, string>(new ProducerOptions { BufferMemoryBytes = 256 * 1024, BatchSizeBytes = 16 * 1024 }))
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
            {
                for (int index = 0; index < Each; index++) await producer.EnqueueAsync(topic, $"{thread}", $"{index}");
            })));
        }

        var found = await TopicReader.ReadAsync(target, topic);
        Assert.Equal(Threads * Each, found.Count);
        foreach (var thread in found.GroupBy(record => record.Key))
            Assert.Equal(Enumerable.Range(0, Each).Select(index => $"{index}"), thread.Select(record => record.Value));
    }

    [Fact]
    public async Task Dispose_WithRecordsOnTheirWay_DeliversThem()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("dispose");
        await using var client = target.NewClient();
        var producer = client.CreateProducer<Null, string>(new ProducerOptions { Linger = TimeSpan.FromSeconds(20) });
        for (int index = 0; index < 100; index++) await producer.EnqueueAsync(topic, default, "value");

        await producer.DisposeAsync();

        Assert.Equal(100, (await TopicReader.ReadAsync(target, topic)).Count);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => producer.ProduceAsync(topic, default, "late").AsTask());
    }

    [Fact]
    public async Task Produce_OfARecordLargerThanARequest_FailsAndSaysWhy()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("large");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<Null, byte[]>();

        var failure = await Assert.ThrowsAsync<RecordTooLargeException>(
            () => producer.ProduceAsync(topic, default, new byte[1024 * 1024]).AsTask());

        Assert.Contains("max.request.size", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_OfABatchLargerThanTheTopicTakes_IsDivided()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("split", 1, ("max.message.bytes", "2000"));
        await using var client = target.NewClient();
        var told = new List<DeliveryReport>();
        await using (var producer = client.CreateProducer<int, byte[]>())
        {
            await producer.ProduceAsync(topic, -1, new byte[10]);
            for (int index = 0; index < 200; index++) await producer.EnqueueAsync(topic, index, new byte[100], (in DeliveryReport report) => told.Add(report));
            await producer.EnqueueAsync(topic, 200, new byte[3000], (in DeliveryReport report) => told.Add(report));
            for (int index = 0; index < 200; index++) await producer.EnqueueAsync(topic, index, new byte[100], (in DeliveryReport report) => told.Add(report));
        }

        Assert.Equal(401, told.Count);
        var failed = Assert.Single(told, report => !report.IsDelivered);
        Assert.IsType<RecordTooLargeException>(failed.Error);
        Assert.Equal(401, (await TopicReader.ReadAsync(target, topic)).Count);
        Assert.Equal(Enumerable.Range(1, 400).Select(offset => (long)offset), told.Where(report => report.IsDelivered).Select(report => report.Metadata.Offset.Value));
    }

    [Fact]
    public async Task Produce_ToATopicThatIsNotThere_FailsAndSaysSo()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient(options => options with { TopicPropagationMax = TimeSpan.FromMilliseconds(100) });
        await using var producer = client.CreateProducer<string, string>();

        await Assert.ThrowsAsync<TopicNotFoundException>(() => producer.ProduceAsync(ClientTarget.NewName("nowhere"), "key", "value").AsTask());
    }

    [Fact]
    public async Task Produce_ToAPartitionThatIsNotThere_FailsAndSaysSo()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("partition");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();

        var failure = await Assert.ThrowsAsync<ProduceException>(
            () => producer.ProduceAsync(new ProducerRecord<string, string>(topic, "key", "value") { Partition = 7 }).AsTask());

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, failure.ErrorCode);
    }

    [Fact]
    public async Task Produce_WithASerializerThatFails_FailsAndGoesOn()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("serializer");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer(value: new FailingSerializer(), key: Serializers.Null);

        await Assert.ThrowsAsync<SerializationException>(() => producer.ProduceAsync(topic, default, "bad").AsTask());
        RecordMetadata good = await producer.ProduceAsync(topic, default, "good");

        Assert.Equal(new Offset(0), good.Offset);
    }

    [Fact]
    public async Task Produce_ManyAtOnceWithTheBufferFull_KeepsTheOrderOfTheCalls()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("line");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<Null, string>(new ProducerOptions { BufferMemoryBytes = 16 * 1024, BatchSizeBytes = 4 * 1024 });
        await producer.ProduceAsync(topic, default, "first");

        RecordMetadata[] written = await Task.WhenAll(
            Enumerable.Range(0, 3_000).Select(index => producer.ProduceAsync(topic, default, new string('x', 1 + (index % 700))).AsTask()));

        Assert.Equal(Enumerable.Range(1, 3_000).Select(offset => (long)offset), written.Select(record => record.Offset.Value));
    }

    [Theory]
    [InlineData(16 * 1024, 16_280)]
    [InlineData(2 * 1024, 10)]
    public async Task Produce_OfARecordThatTakesAllMemory_IsWritten(int memory, int bytes)
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("tight");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<Null, byte[]>(
            new ProducerOptions { BufferMemoryBytes = memory, MaxBlock = TimeSpan.FromSeconds(5) });

        for (int round = 0; round < 3; round++) await producer.ProduceAsync(topic, default, new byte[bytes]);
    }

    [Fact]
    public async Task Produce_ToATopicMadeAnewWithFewerPartitions_GoesToThoseThereAre()
    {
        await using var script = new ProduceScript();
        int partitions = 4;
        script.Broker.Answer<MetadataRequest>((request, _) => WithPartitions(script.Broker.Cluster(request), partitions));
        await using var client = new LogBrokerClient(script.Broker.Bootstrap);
        await using var producer = client.CreateProducer<string, string>();
        for (int key = 0; key < 20; key++) await producer.ProduceAsync("t", $"{key}", "value");

        partitions = 1;
        await client.Cluster.Metadata.RefreshAsync(default);
        await Consuming.Filling.UntilAsync(() => producer.Core.FindTopic("t")!.Count == 1, "the producer knows");

        for (int key = 0; key < 20; key++)
        {
            RecordMetadata written = await producer.ProduceAsync("t", $"{key}", "value").AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(0, written.TopicPartition.Partition);
        }
    }

    private static MetadataResponse WithPartitions(MetadataResponse response, int count) => new()
    {
        ClusterId = response.ClusterId,
        ControllerId = response.ControllerId,
        Brokers = response.Brokers,
        Topics =
        [
            .. response.Topics.Select(topic => new MetadataResponse.MetadataResponseTopic
            {
                Name = topic.Name,
                TopicId = new Guid(count, 0, 0, new byte[8]),
                Partitions = [.. Enumerable.Range(0, count).Select(index => new MetadataResponse.MetadataResponsePartition { PartitionIndex = index, LeaderId = 1, ReplicaNodes = [1], IsrNodes = [1] })],
            }),
        ],
    };

    [Theory]
    [InlineData("MaxBlock")]
    [InlineData("CloseTimeout")]
    public void Options_OfWaitsNoTimerHas_AreRefused(string option)
    {
        var options = new ProducerOptions();
        options = option == "MaxBlock" ? options with { MaxBlock = TimeSpan.MaxValue } : options with { CloseTimeout = TimeSpan.MaxValue };

        Assert.Contains(option, Assert.Throws<ClientOptionsException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WhileACallLooksForItsPartition_EndsTheCall()
    {
        await using var script = new ProduceScript();
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int partitions = 1;
        script.Broker.AnswerLater<MetadataRequest>(async (request, _) =>
        {
            if (partitions > 1) await disposed.Task;
            return WithPartitions(script.Broker.Cluster(request), partitions);
        });
        await using var client = new LogBrokerClient(script.Broker.Bootstrap);
        var producer = client.CreateProducer<Null, string>();
        await producer.ProduceAsync("t", default, "known");
        partitions = 8;

        Task<RecordMetadata> late = producer.ProduceAsync(new ProducerRecord<Null, string>("t", default, "late") { Partition = 7 }).AsTask();
        await producer.DisposeAsync();
        disposed.SetResult();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => late.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Produce_OfARecordFromBefore1970_IsRefused()
    {
        await using var script = new ProduceScript();
        await using var client = new LogBrokerClient(script.Broker.Bootstrap);
        await using var producer = client.CreateProducer<Null, string>();

        await Assert.ThrowsAsync<ArgumentException>(() => producer.ProduceAsync(
            new ProducerRecord<Null, string>("t", default, "old") { Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(-1) }).AsTask());
    }

    [Fact]
    public async Task Produce_AwaitedTwice_IsRefusedAndDisturbsNoOther()
    {
        await using var script = new ProduceScript();
        await using var client = new LogBrokerClient(script.Broker.Bootstrap);
        await using var producer = client.CreateProducer<Null, string>();
        await producer.ProduceAsync("t", default, "known");
        ValueTask<RecordMetadata> first = producer.ProduceAsync("t", default, "first");
        await first;
        ValueTask<RecordMetadata> second = producer.ProduceAsync("t", default, "second"); // lent the first one's object

        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        RecordMetadata[] written = await Task.WhenAll(second.AsTask(), producer.ProduceAsync("t", default, "third").AsTask());

        Assert.True(written[0].Offset.Value < written[1].Offset.Value);
        Assert.Equal(4, script.Batches.Sum(batch => batch.Values.Split(' ').Length));
    }

    private sealed class FailingSerializer : ISerializer<string>
    {
        public void Serialize(string value, System.Buffers.IBufferWriter<byte> output, in SerializationContext context)
        {
            Serializers.Utf8.Serialize(value, output, context);
            if (value == "bad") throw new InvalidOperationException("bad");
        }
    }
}
