using LogBroker.Client.Tests.Consuming;
using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Producing;

/// <summary>What a producer makes of a bad network and of brokers that go away.</summary>
public sealed class FaultTests
{
    private const int Partitions = 3;

    private static readonly TimeSpan Patience = Filling.Patience;

    /// <summary>Longer than any test: on a clock that stands while good news is awaited, only a test ends it.</summary>
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromMinutes(10);

    /// <summary>A step towards the end of <see cref="DeliveryTimeout"/>.</summary>
    private static readonly TimeSpan Stride = TimeSpan.FromSeconds(20);

    public static TheoryData<int, int, int> BadNetworks => new()
    {
        // bytes between cuts, milliseconds of delay, bytes of a piece
        { 60_000, 0, 0 },
        { 200_000, 1, 0 },
        { 40_000, 0, 700 },
        { 0, 3, 0 },
        { 0, 0, 97 },
    };

    [Theory]
    [MemberData(nameof(BadNetworks))]
    public async Task Enqueue_OverABadNetwork_WritesEachAcknowledgedRecordOnceAndInOrder(int bytesBetweenCuts, int delay, int piece)
    {
        await using var unobserved = new UnobservedFailures();
        int seed = Random.Shared.Next();
        await using var network = await BadNetwork.StartAsync(seed);
        string topic = await network.Target.CreateTopicAsync("faults", Partitions);
        await using var client = network.Target.NewClient(Impatience.Of);
        await using var producer = client.CreateProducer<string, string>(
            new ProducerOptions { BatchSizeBytes = 2_000, RequestSizeBytesMax = 8_000, BufferMemoryBytes = 256 * 1024 });
        await producer.ProduceAsync(new ProducerRecord<string, string>(topic, "first", "0") { Partition = 0 });
        network.Proxy.BytesBetweenCuts = bytesBetweenCuts;
        network.Proxy.DelayMax = TimeSpan.FromMilliseconds(delay);
        network.Proxy.PieceBytesMax = piece;

        var run = new NumberedRun(producer, topic, Partitions);
        do await run.ProduceAsync(3_000);
        while (bytesBetweenCuts > 0 && network.Proxy.Cuts < 3);

        network.Proxy.BytesBetweenCuts = 0;
        await run.AssertExactlyOnceAsync(network.Target, $"seed {seed}");
    }

    [Fact]
    public async Task Enqueue_WhileTheBrokerRestarts_WritesEachAcknowledgedRecordOnceAndInOrder()
    {
        await using var unobserved = new UnobservedFailures();
        await using var target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("restarts", Partitions);
        await using var client = target.NewClient(Impatience.Of);
        await using var producer = client.CreateProducer<string, string>(
            new ProducerOptions { BatchSizeBytes = 2_000, BufferMemoryBytes = 128 * 1024 });
        var run = new NumberedRun(producer, topic, Partitions);
        using var enough = new CancellationTokenSource();

        Task producing = run.ProduceUntilAsync(enough.Token);
        for (int restart = 0; restart < 3; restart++)
        {
            await run.WhenAcknowledgedAsync(2_000 * (restart + 1), producing);
            await target.StopAsync();
            await target.StartAgainAsync();
        }

        await run.WhenAcknowledgedAsync(8_000, producing);
        await enough.CancelAsync();
        await producing.WaitAsync(Patience);
        await run.AssertExactlyOnceAsync(target, "restarts");
    }

    [Fact]
    public async Task Produce_WithoutAnyAnswer_FailsWhenItsTimeIsUpAndDisposeDoesNotHang()
    {
        await using var unobserved = new UnobservedFailures();
        await using var network = await BadNetwork.StartAsync(1);
        string topic = await network.Target.CreateTopicAsync("silence");
        var time = new ManualTimeProvider { Start = DateTimeOffset.UtcNow }; // brokers refuse records of the future
        await using var client = network.Target.NewClient(options => Impatience.Of(options) with { RequestTimeout = DeliveryTimeout / 4, TimeProvider = time });
        var producer = client.CreateProducer<string, string>(new ProducerOptions
        {
            DeliveryTimeout = DeliveryTimeout,
            CloseTimeout = DeliveryTimeout / 2,
        });
        await Filling.WrittenAsync(time, producer.ProduceAsync(topic, "key", "before"));
        network.Proxy.SwallowsAnswers = true;

        Task<RecordMetadata> unanswered = producer.ProduceAsync(topic, "key", "value").AsTask();
        await Filling.EndAsync(time, Stride, unanswered);

        var failure = await Assert.ThrowsAsync<ProduceException>(() => unanswered);
        Assert.Equal(ErrorCode.RequestTimedOut, failure.ErrorCode);
        Assert.Contains("delivery.timeout.ms", failure.Message, StringComparison.Ordinal);
        await producer.EnqueueAsync(topic, "key", "left").AsTask().WaitAsync(Patience);
        Task disposing = producer.DisposeAsync().AsTask();
        await Filling.EndAsync(time, Stride, disposing);
        await disposing;
    }

    [Fact]
    public async Task Produce_WithoutAnyAnswerForAShortDeliveryTimeout_DoesNotWaitForTheRequestsOwn()
    {
        await using var network = await BadNetwork.StartAsync(1);
        string topic = await network.Target.CreateTopicAsync("short");
        var time = new ManualTimeProvider { Start = DateTimeOffset.UtcNow }; // brokers refuse records of the future
        await using var client = network.Target.NewClient(options => Impatience.Of(options) with { RequestTimeout = TimeSpan.FromDays(7), TimeProvider = time });
        await using var producer = client.CreateProducer<string, string>(
            new ProducerOptions { DeliveryTimeout = DeliveryTimeout, CloseTimeout = TimeSpan.Zero });
        await Filling.WrittenAsync(time, producer.ProduceAsync(topic, "key", "before"));
        network.Proxy.SwallowsAnswers = true;

        Task<RecordMetadata> waiting = producer.ProduceAsync(topic, "key", "value").AsTask();
        await Filling.EndAsync(time, Stride, waiting);

        var failure = await Assert.ThrowsAsync<ProduceException>(() => waiting);
        Assert.Equal(ErrorCode.RequestTimedOut, failure.ErrorCode);
    }

    [Fact]
    public async Task Enqueue_WithoutAcksToALeaderThatHasMoved_FindsTheNewOne()
    {
        await using var before = new Faults.ScriptedBroker();
        await using var after = new ProduceScript();
        bool hasMoved = false;
        before.Answer<MetadataRequest>((request, _) => hasMoved ? after.Broker.Cluster(request, leaderEpoch: 1) : before.Cluster(request));
        before.Answer<ProduceRequest>((_, _) =>
        {
            hasMoved = true;
            throw new InvalidOperationException("not the leader: nothing but the end of the connection tells");
        });
        await using var client = new LogBrokerClient(new ClientOptions { BootstrapServers = [before.Bootstrap], ReconnectBackoff = TimeSpan.FromMilliseconds(5) });
        await using var producer = client.CreateProducer<Null, string>(new ProducerOptions { Acks = Acks.None });

        var accepted = new List<Task>();
        await Filling.UntilAsync(
            () =>
            {
                accepted.Add(producer.EnqueueAsync("t", default, "value").AsTask());
                return !after.Batches.IsEmpty;
            },
            "records come to the new leader");
        await Task.WhenAll(accepted).WaitAsync(Patience);
    }

    [Fact]
    public async Task Produce_AfterRecordsTimedOut_GoesOnWithoutDuplicates()
    {
        await using var network = await BadNetwork.StartAsync(1);
        string topic = await network.Target.CreateTopicAsync("resume");
        var time = new ManualTimeProvider { Start = DateTimeOffset.UtcNow }; // brokers refuse records of the future
        await using var client = network.Target.NewClient(options => Impatience.Of(options) with { RequestTimeout = DeliveryTimeout / 4, TimeProvider = time });
        await using var producer = client.CreateProducer<string, string>(new ProducerOptions { DeliveryTimeout = DeliveryTimeout, CloseTimeout = TimeSpan.Zero });
        await Filling.WrittenAsync(time, producer.ProduceAsync(topic, "key", "before"));
        network.Proxy.SwallowsAnswers = true;
        Task<RecordMetadata> lost = producer.ProduceAsync(topic, "key", "lost answer").AsTask();
        using var limit = new CancellationTokenSource(Patience);
        while ((await FoundAsync()).Count < 2) await Task.Delay(5, limit.Token);
        await Filling.EndAsync(time, Stride, lost);
        await Assert.ThrowsAsync<ProduceException>(() => lost);

        network.Proxy.SwallowsAnswers = false;
        network.Proxy.Cut();
        foreach (string value in new[] { "after", "after that" }) await Filling.WrittenAsync(time, producer.ProduceAsync(topic, "key", value));

        Assert.Equal(["before", "lost answer", "after", "after that"], await FoundAsync());

        async Task<List<string?>> FoundAsync() => [.. (await TopicReader.ReadAsync(network.Target, topic)).Select(record => record.Value)];
    }

    [Fact]
    public async Task Dispose_WithoutTime_TellsEveryRecordAnOutcome()
    {
        await using var unobserved = new UnobservedFailures();
        await using var network = await BadNetwork.StartAsync(1);
        string topic = await network.Target.CreateTopicAsync("outcome", Partitions);
        await using var client = network.Target.NewClient(Impatience.Of);
        var producer = client.CreateProducer<string, string>(new ProducerOptions { CloseTimeout = TimeSpan.Zero, BatchSizeBytes = 1000 });
        await producer.ProduceAsync(topic, "key", "before");
        network.Proxy.SwallowsAnswers = true;
        int failed = 0;
        for (int index = 0; index < 500; index++)
        {
            await producer.EnqueueAsync(topic, $"{index}", "value", (in DeliveryReport report) =>
            {
                if (!report.IsDelivered) failed++;
            });
        }

        Task<RecordMetadata> awaited = producer.ProduceAsync(topic, "key", "awaited").AsTask();
        await producer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(500, failed);
        var failure = await Assert.ThrowsAsync<KafkaException>(() => awaited.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Contains("CloseTimeout", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_WithTheBufferFull_WaitsAndThenFailsClearly()
    {
        await using var network = await BadNetwork.StartAsync(1);
        string topic = await network.Target.CreateTopicAsync("full");
        await using var client = network.Target.NewClient(Impatience.Of);
        var producer = client.CreateProducer<string, byte[]>(new ProducerOptions
        {
            BufferMemoryBytes = 16 * 1024,
            MaxBlock = TimeSpan.FromMilliseconds(200),
            CloseTimeout = TimeSpan.Zero,
        });
        await client.Cluster.Metadata.TopicAsync(topic, mayCreate: false, default); // MaxBlock bounds this too
        await producer.ProduceAsync(topic, "key", new byte[10]);
        network.Proxy.SwallowsAnswers = true;

        var failure = await Assert.ThrowsAsync<BufferFullException>(async () =>
        {
            for (int index = 0; index < 40; index++) await producer.EnqueueAsync(topic, "key", new byte[1000]);
        });

        Assert.Contains("buffer.memory", failure.Message, StringComparison.Ordinal);
        await producer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Produce_Cancelled_GivesUpTheWaitAndTheRecordIsStillWritten()
    {
        await using var network = await BadNetwork.StartAsync(1);
        string topic = await network.Target.CreateTopicAsync("cancel");
        await using var client = network.Target.NewClient(Impatience.Of);
        await using var producer = client.CreateProducer<string, string>();
        await producer.ProduceAsync(topic, "key", "before");
        network.Proxy.SwallowsAnswers = true;
        using var cancelled = new CancellationTokenSource();

        Task<RecordMetadata> waiting = producer.ProduceAsync(topic, "key", "value", cancelled.Token).AsTask();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        network.Proxy.SwallowsAnswers = false;
        network.Proxy.Cut();
        await producer.FlushAsync();
        Assert.Equal(["before", "value"], (await TopicReader.ReadAsync(network.Target, topic)).Select(record => record.Value));
    }
}
