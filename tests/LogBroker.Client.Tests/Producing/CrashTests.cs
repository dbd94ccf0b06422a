using System.Collections.Concurrent;
using System.Globalization;
using LogBroker.Client.Tests.Consuming;
using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Producing;

/// <summary>The broker is killed, as a process, under our own producer and consumer.</summary>
public sealed class CrashTests
{
    private const int Partitions = 3;
    private const int Kills = 3;

    [Fact]
    public async Task Kill_UnderProducerAndConsumer_WritesAndReadsEachAcknowledgedRecordOnceAndInOrder()
    {
        await using var unobserved = new UnobservedFailures();
        await using var target = await ClientTarget.StartProcessAsync();
        string topic = await target.CreateTopicAsync("crash", Partitions);
        await using var client = target.NewClient(Impatience.Of);
        var producer = client.CreateProducer<string, string>(new ProducerOptions { BatchSizeBytes = 2_000, BufferMemoryBytes = 128 * 1024 });
        var run = new NumberedRun(producer, topic, Partitions);
        using var enough = new CancellationTokenSource();
        await using var reading = new GroupMemberRun(
            target, null, Filling.FromStart(), consumer => consumer.Assign([.. Enumerable.Range(0, Partitions).Select(At)]));

        Task producing = run.ProduceUntilAsync(enough.Token);
        Task<List<long>> awaiting = ProduceOneByOneAsync(producer, topic, enough.Token);
        for (int kill = 0; kill < Kills; kill++)
        {
            await run.WhenAcknowledgedAsync(run.AcknowledgedCount + 2_000, producing);
            await target.KillAsync();
            await target.StartAgainAsync();
        }

        await run.WhenAcknowledgedAsync(run.AcknowledgedCount + 2_000, producing);
        await enough.CancelAsync();
        await producing.WaitAsync(Filling.Patience);
        List<long> awaited = await awaiting.WaitAsync(Filling.Patience);
        await producer.DisposeAsync().AsTask().WaitAsync(Filling.Patience);

        await run.AssertExactlyOnceAsync(target, $"{Kills} kills");
        Assert.NotEmpty(awaited);
        var oneByOne = (await TopicReader.ReadAsync(target, topic)).Where(record => record.Key == "awaited").ToList();
        Assert.Equal(Enumerable.Range(0, awaited.Count).Select(number => $"{number}"), oneByOne.Select(record => record.Value));
        await Filling.UntilAsync(() => reading.Records.Count(record => record.Key == "run") >= run.AcknowledgedCount, "all was read");
        Assert.All(Enumerable.Range(0, Partitions), partition => Assert.Equal(
            run.AcknowledgedIn(partition),
            reading.Records.Where(record => record.Key == "run" && record.TopicPartition.Partition == partition)
                .Select(record => int.Parse(record.Value, CultureInfo.InvariantCulture))));

        TopicPartition At(int partition) => new(topic, partition);
    }

    [Fact]
    public async Task Kill_ForGood_TellsEachRecordWhyAndWhenItsTimeIsUp()
    {
        await using var unobserved = new UnobservedFailures();
        await using var target = await ClientTarget.StartProcessAsync();
        string topic = await target.CreateTopicAsync("gone", Partitions);
        var time = new ManualTimeProvider { Start = DateTimeOffset.UtcNow }; // brokers refuse records of the future
        var stride = TimeSpan.FromSeconds(20);
        await using var client = target.NewClient(options => Impatience.Of(options) with { TimeProvider = time });
        var producer = client.CreateProducer<string, string>(new ProducerOptions
        {
            DeliveryTimeout = TimeSpan.FromMinutes(10),
            CloseTimeout = TimeSpan.FromMinutes(5),
        });
        await Filling.WrittenAsync(time, producer.ProduceAsync(topic, "key", "before"));
        await target.KillAsync();

        const int Count = 300;
        var failures = new ConcurrentQueue<KafkaException?>();
        for (int index = 0; index < Count; index++)
            await producer.EnqueueAsync(topic, $"{index}", "value", (in DeliveryReport report) => failures.Enqueue(report.Error));
        Task<RecordMetadata> last = producer.ProduceAsync(topic, "key", "value").AsTask();
        await Filling.UntilAsync(
            time, TimeSpan.FromMilliseconds(10), () => producer.Core.FindTopic(topic)!.Queues.All(queue => queue.Sender?.ConnectFailure is not null), "the broker is missed");
        await Filling.EndAsync(time, stride, last);
        var failure = await Assert.ThrowsAsync<ProduceException>(() => last);
        await Filling.UntilAsync(() => failures.Count == Count, "every record has its outcome");

        Assert.All(failures.Append(failure), AssertExpired);
        Task<RecordMetadata> left = producer.ProduceAsync(topic, "key", "left").AsTask();
        Task disposing = producer.DisposeAsync().AsTask();
        await Filling.EndAsync(time, stride, disposing);
        await disposing;
        await Assert.ThrowsAnyAsync<KafkaException>(() => left.WaitAsync(Filling.Patience));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => producer.ProduceAsync(topic, "key", "late").AsTask());
    }

    private static void AssertExpired(KafkaException? failure)
    {
        var expired = Assert.IsType<ProduceException>(failure);
        Assert.Equal(ErrorCode.RequestTimedOut, expired.ErrorCode);
        Assert.Contains("delivery.timeout.ms", expired.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", expired.Message, StringComparison.Ordinal); // whom it tried to reach
    }

    /// <summary>Awaits each record before the next one; all of them come to an end.</summary>
    private static async Task<List<long>> ProduceOneByOneAsync(
        Producer<string, string> producer, string topic, CancellationToken enough)
    {
        var offsets = new List<long>();
        while (!enough.IsCancellationRequested)
        {
            RecordMetadata written = await producer.ProduceAsync(
                new ProducerRecord<string, string>(topic, "awaited", $"{offsets.Count}") { Partition = 0 }, CancellationToken.None);
            offsets.Add(written.Offset.Value);
        }

        return offsets;
    }
}
