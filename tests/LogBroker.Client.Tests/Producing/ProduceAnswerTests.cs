using System.Diagnostics;
using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Producing;

/// <summary>What a producer makes of the answers a broker may give, as they go over the wire.</summary>
public sealed class ProduceAnswerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ProducerOptions Gathering = new() { Linger = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task Answer_ThatAsksForSilence_HoldsTheNextProduceBack()
    {
        await using var script = new ProduceScript { ThrottleTimeMs = 300 };
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();

        await producer.ProduceAsync("t", default, "first");
        await producer.ProduceAsync("t", default, "second");

        TimeSpan waited = Stopwatch.GetElapsedTime(script.Batches.First().At, script.Batches.Last().At);
        Assert.True(waited > TimeSpan.FromMilliseconds(299), $"the next produce came after {waited}");
    }

    [Fact]
    public async Task Dispose_InASilenceTheBrokerAskedFor_DoesNotWaitForItsEnd()
    {
        await using var unobserved = new UnobservedFailures();
        await using var script = new ProduceScript { ThrottleTimeMs = 600_000 };
        await using var client = Client(script);
        var producer = client.CreateProducer<Null, string>(new ProducerOptions { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        await producer.ProduceAsync("t", default, "first");
        Task<RecordMetadata> second = producer.ProduceAsync("t", default, "second").AsTask();

        await producer.DisposeAsync().AsTask().WaitAsync(Patience);

        await Assert.ThrowsAsync<KafkaException>(() => second.WaitAsync(Patience));
    }

    [Fact]
    public async Task Record_InASilenceTheBrokerAskedFor_IsTheLongestItsDeliveryTimeout()
    {
        await using var script = new ProduceScript { ThrottleTimeMs = (int)TimeSpan.FromDays(7).TotalMilliseconds };
        var time = new ManualTimeProvider();
        await using var client = Client(script, time: time);
        await using var producer = client.CreateProducer<Null, string>(new ProducerOptions
        {
            DeliveryTimeout = TimeSpan.FromMinutes(2),
            CloseTimeout = TimeSpan.Zero,
        });
        await producer.ProduceAsync("t", default, "first").AsTask().WaitAsync(Patience);

        Task<RecordMetadata> second = producer.ProduceAsync("t", default, "second").AsTask();
        await Consuming.Filling.EndAsync(time, TimeSpan.FromSeconds(10), second);

        var failure = await Assert.ThrowsAsync<ProduceException>(() => second);
        Assert.Equal(ErrorCode.RequestTimedOut, failure.ErrorCode);
    }

    [Theory]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(ErrorCode.UnknownProducerId)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    public async Task Refusal_OfTheNextSequence_CountsAnewInAHigherEpoch(ErrorCode error)
    {
        await using var script = new ProduceScript();
        script.ThenWritten();
        script.Then(error);
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();

        foreach (string value in new[] { "a", "b", "c" }) await producer.ProduceAsync("t", default, value).AsTask().WaitAsync(Patience);

        Assert.Equal(["100/0 0: a", "100/0 1: b", "100/1 0: b", "100/1 1: c"], script.Batches.Select(batch => batch.What));
    }

    [Fact]
    public async Task Refusal_InTheLastEpoch_TakesANewProducerId()
    {
        await using var script = new ProduceScript { FirstEpoch = short.MaxValue };
        script.ThenWritten();
        script.Then(ErrorCode.UnknownProducerId);
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();

        foreach (string value in new[] { "a", "b", "c" }) await producer.ProduceAsync("t", default, value).AsTask().WaitAsync(Patience);

        Assert.Equal(["100/32767 0: a", "100/32767 1: b", "101/0 0: b", "101/0 1: c"], script.Batches.Select(batch => batch.What));
    }

    [Fact]
    public async Task DuplicateSequence_IsDeliveredAtAnUnknownOffset()
    {
        await using var script = new ProduceScript();
        script.ThenWritten();
        script.Then(ErrorCode.DuplicateSequenceNumber);
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();

        await producer.ProduceAsync("t", default, "a");
        RecordMetadata duplicate = await producer.ProduceAsync("t", default, "b");
        await producer.ProduceAsync("t", default, "c");

        Assert.Equal(-1, duplicate.Offset.Value);
        Assert.Equal(["100/0 0: a", "100/0 1: b", "100/0 2: c"], script.Batches.Select(batch => batch.What));
    }

    [Fact]
    public async Task RecordErrors_FailTheRecordsTheyName_AndTheOthersAreWritten()
    {
        await using var script = new ProduceScript();
        script.ThenWritten();
        script.Then(_ => Refusing(ErrorCode.InvalidRecord, (1, "b is bad"), (3, "d is worse")));
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>(Gathering);

        var reports = await ProduceTogetherAsync(producer, "t", "a", "b", "c", "d", "e");

        Assert.Equal(["a b c d e", "a c e"], script.Batches.Skip(1).Select(batch => batch.Values));
        Assert.Equal("100/1 0: a c e", script.Batches.Last().What);
        Assert.Equal([true, false, true, false, true], reports.Select(report => report.IsDelivered));
        Assert.Equal([2000, 2001, 2002], reports.Where(report => report.IsDelivered).Select(report => report.Metadata.Offset.Value));
        Assert.All(reports.Where(report => !report.IsDelivered), report => Assert.Equal(ErrorCode.InvalidRecord, report.Error!.ErrorCode));
        Assert.Contains("b is bad", reports[1].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("d is worse", reports[3].Error!.Message, StringComparison.Ordinal);
        await producer.ProduceAsync("t", default, "f");
        Assert.Equal("100/1 3: f", script.Batches.Last().What);
    }

    [Theory]
    [InlineData]
    [InlineData(0, 1)]
    [InlineData(7)]
    public async Task RecordErrors_OfNoneOrAllOrOthers_FailTheBatch(params int[] named)
    {
        await using var script = new ProduceScript();
        script.ThenWritten();
        script.Then(_ => Refusing(ErrorCode.InvalidRecord, [.. named.Select(index => (index, "bad"))]));
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>(Gathering);

        var reports = await ProduceTogetherAsync(producer, "t", "a", "b");

        Assert.Equal(2, script.Batches.Count);
        Assert.All(reports, report => Assert.Equal(ErrorCode.InvalidRecord, report.Error!.ErrorCode));
    }

    [Fact]
    public async Task RecordWithoutAKey_InACompactedTopic_FailsAlone()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("keyless", 1, ("cleanup.policy", "compact"));
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string?, string>(Gathering);
        await producer.ProduceAsync(topic, "key", "first");

        var reports = await ProduceTogetherAsync(producer, topic, ("k", "a"), (null, "b"), ("k", "c"));

        Assert.Equal([true, false, true], reports.Select(report => report.IsDelivered));
        Assert.Equal(ErrorCode.InvalidRecord, reports[1].Error!.ErrorCode);
        Assert.Equal(["first", "a", "c"], (await TopicReader.ReadAsync(target, topic)).Select(record => record.Value));
    }

    [Fact]
    public async Task RecordThatIsTooOld_FailsAlone()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("old", 1, ("message.timestamp.before.max.ms", "60000"));
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<Null, string>(Gathering);
        await producer.ProduceAsync(topic, default, "first");
        var reports = new DeliveryReport[3];

        for (int index = 0; index < reports.Length; index++)
        {
            int place = index;
            DateTimeOffset? time = index == 1 ? DateTimeOffset.UtcNow.AddHours(-1) : null;
            await producer.EnqueueAsync(
                new ProducerRecord<Null, string>(topic, default, $"{index}") { Timestamp = time }, (in DeliveryReport report) => reports[place] = report);
        }

        await producer.FlushAsync();
        Assert.Equal([true, false, true], reports.Select(report => report.IsDelivered));
        Assert.Equal(ErrorCode.InvalidTimestamp, reports[1].Error!.ErrorCode);
        Assert.Equal(["first", "0", "2"], (await TopicReader.ReadAsync(target, topic)).Select(record => record.Value));
    }

    [Fact]
    public async Task NotLeader_WithTheNewLeader_MovesTheBatchThereAtOnce()
    {
        await using var before = new ProduceScript();
        await using var after = new ProduceScript();
        before.ThenWritten();
        before.NodeEndpoints = [new() { NodeId = 2, Host = "127.0.0.1", Port = after.Broker.Port }];
        before.Otherwise = _ => new() { ErrorCode = ErrorCode.NotLeaderOrFollower, CurrentLeader = new() { LeaderId = 2, LeaderEpoch = 7 } };
        // A rest of a minute would outlast the test: what comes in time did not rest, and asked nobody for the leader.
        await using var client = Client(before, TimeSpan.FromMinutes(1));
        await using var producer = client.CreateProducer<Null, string>();

        foreach (string value in new[] { "a", "b", "c" }) await producer.ProduceAsync("t", default, value).AsTask().WaitAsync(Patience);

        Assert.Equal(["100/0 0: a", "100/0 1: b"], before.Batches.Select(batch => batch.What).Distinct());
        Assert.Equal(["100/0 1: b", "100/0 2: c"], after.Batches.Select(batch => batch.What));
    }

    private static LogBrokerClient Client(ProduceScript script, TimeSpan? backoff = null, TimeProvider? time = null) => new(new ClientOptions
    {
        TimeProvider = time ?? TimeProvider.System,
        BootstrapServers = [script.Broker.Bootstrap],
        RetryBackoff = backoff ?? TimeSpan.FromMilliseconds(1),
        RetryBackoffMax = backoff ?? TimeSpan.FromMilliseconds(1),
    });

    private static ProduceResponse.PartitionProduceResponse Refusing(ErrorCode error, params (int Index, string Message)[] records) => new()
    {
        ErrorCode = error,
        BaseOffset = -1,
        RecordErrors = [.. records.Select(record => new ProduceResponse.BatchIndexAndErrorMessage { BatchIndex = record.Index, BatchIndexErrorMessage = record.Message })],
    };

    /// <summary>Writes one record and then some as one batch.</summary>
    private static async Task<DeliveryReport[]> ProduceTogetherAsync(Producer<Null, string> producer, string topic, params string[] values)
    {
        await producer.ProduceAsync(topic, default, "before");
        return await ProduceTogetherAsync(producer, topic, [.. values.Select(value => (default(Null), value))]);
    }

    private static async Task<DeliveryReport[]> ProduceTogetherAsync<TKey>(
        Producer<TKey, string> producer, string topic, params (TKey Key, string Value)[] records)
    {
        var reports = new DeliveryReport[records.Length];
        for (int index = 0; index < records.Length; index++)
        {
            int place = index;
            await producer.EnqueueAsync(topic, records[index].Key, records[index].Value, (in DeliveryReport report) => reports[place] = report);
        }

        await producer.FlushAsync().WaitAsync(Patience);
        return reports;
    }
}
