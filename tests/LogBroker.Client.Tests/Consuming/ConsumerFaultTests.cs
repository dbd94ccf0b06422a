using LogBroker.Client.Tests.Faults;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Consumers whose broker goes away, and whose users do what they should not.</summary>
public sealed class ConsumerFaultTests
{
    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Broker_StoppedAndStartedAgain_LeavesNoFailureUnobserved(GroupProtocol protocol)
    {
        var unobserved = new List<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs failure)
        {
            lock (unobserved) unobserved.Add(failure.Exception.ToString());
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await RunThroughRestartsAsync(protocol);
            for (int round = 0; round < 3; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
        lock (unobserved) Assert.DoesNotContain(unobserved, failure => failure.Contains("Consuming", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dispose_InsideOfTheLoop_EndsTheLoop()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("inside");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        var consumer = client.CreateConsumer<string, string>(
            ClientTarget.NewName("inside"), Filling.FromStart() with { CloseTimeout = TimeSpan.FromSeconds(2) });
        consumer.Subscribe(topic);
        async Task ReadAsync()
        {
            await foreach (var record in consumer.ReadAsync()) await consumer.DisposeAsync();
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync().WaitAsync(Filling.Patience));
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Subscribe_RightAfterUnsubscribe_ReadsTheNewTopic(GroupProtocol protocol)
    {
        var target = await ClientTarget.SharedAsync();
        string first = await target.CreateTopicAsync("first");
        string second = await target.CreateTopicAsync("second");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, first, 10);
        await Filling.FillAsync(client, second, 10);
        await using var consumer = client.CreateConsumer<string, string>(ClientTarget.NewName("turns"), Filling.FromStart(protocol));
        consumer.Subscribe(first);
        await Filling.ReadAsync(consumer, 5);

        consumer.Unsubscribe();
        consumer.Subscribe(second);

        await Filling.UntilAsync(() => consumer.Assignment.All(partition => partition.Topic == second), "the first is given up");
        Assert.Equal(second, (await Filling.ReadAsync(consumer, 1))[0].Topic);
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Dispose_RightAfterUnsubscribe_EndsAndLeavesTheGroup(GroupProtocol protocol)
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("unsubscribed");
        string group = ClientTarget.NewName("unsubscribed");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        var consumer = client.CreateConsumer<string, string>(group, Filling.FromStart(protocol));
        consumer.Subscribe(topic);
        await Filling.ReadAsync(consumer, 5);

        consumer.Unsubscribe();
        await consumer.DisposeAsync().AsTask().WaitAsync(Filling.Patience);
        await consumer.DisposeAsync().AsTask().WaitAsync(Filling.Patience);

        Assert.True(consumer.Core.Context.IsStopped);
        Assert.Empty((await client.Admin.Groups.DescribeAsync(group)).Members);
    }

    [Fact]
    public async Task Dispose_AfterTheClient_Ends()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("late");
        var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        var consumer = client.CreateConsumer<string, string>(ClientTarget.NewName("late"), Filling.FromStart());
        consumer.Subscribe(topic);
        await Filling.ReadAsync(consumer, 5);

        await client.DisposeAsync();
        await consumer.DisposeAsync().AsTask().WaitAsync(Filling.Patience);

        Assert.True(consumer.Core.Context.IsStopped);
    }

    [Fact]
    public async Task Read_SeveralPartitionsFail_TellsOfEach()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("several", 3);
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(
            null, Filling.FromStart() with { OffsetReset = OffsetReset.None });
        consumer.Assign([.. Enumerable.Range(0, 3).Select(index => Filling.At(topic, index))]);
        var told = new List<int>();
        for (int failure = 0; failure < 3; failure++)
            told.Add((await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => Filling.ReadAsync(consumer, 1))).TopicPartition.Partition);

        Assert.Equal([0, 1, 2], told.Order());
    }

    [Fact]
    public async Task Seek_ThatFails_IsMadeUpForLater()
    {
        await using var cluster = new ScriptedCluster();
        cluster.Log().Append(0, ["a"]);
        await using var client = cluster.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(ScriptedCluster.Topic));
        await Filling.ReadAsync(consumer, 1);
        bool refuses = true;
        cluster.RefusesOffsets = () => refuses;

        await Assert.ThrowsAsync<KafkaException>(
            () => consumer.SeekToBeginningAsync([Filling.At(ScriptedCluster.Topic), Filling.At(ScriptedCluster.Topic)]));
        refuses = false;

        Assert.Equal("a", (await ReadOverFailureAsync(consumer)).Value);
    }

    [Fact]
    public async Task Read_WithTwoTokens_EndsByEither()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("tokens");
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart());
        consumer.Assign(Filling.At(topic));
        for (int which = 0; which < 2; which++)
        {
            CancellationTokenSource[] tokens = [new(), new()];
            async Task ReadAsync()
            {
                await foreach (var record in consumer.ReadAsync(tokens[0].Token).WithCancellation(tokens[1].Token)) Assert.Fail($"{record}");
            }

            var reading = ReadAsync();
            await tokens[which].CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Filling.Patience));
        }
    }

    /// <summary>The background may have failed the reader once while it was refused.</summary>
    private static async Task<ConsumedRecord<string, string>> ReadOverFailureAsync(Consumer<string, string> consumer)
    {
        while (true)
        {
            try
            {
                return (await Filling.ReadAsync(consumer, 1))[0];
            }
            catch (KafkaException failure) when (failure.ErrorCode == ErrorCode.TopicAuthorizationFailed)
            {
                // As told before.
            }
        }
    }

    [Fact]
    public async Task Listener_ThatThrows_FailsTheReader()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("throws");
        await using var client = target.NewClient();
        await using var consumer = client.CreateConsumer<string, string>(
            ClientTarget.NewName("throws"), Filling.FromStart() with { RebalanceListener = new Throwing() });
        consumer.Subscribe(topic);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Filling.ReadAsync(consumer, 1));
        Assert.Equal("not today", failure.Message);
    }

    [Fact]
    public async Task Listener_ThatSeeks_DecidesWhereReadingStarts()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("seeks");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        var listener = new Seeking();
        await using var consumer = client.CreateConsumer<string, string>(
            ClientTarget.NewName("seeks"), Filling.FromStart() with { RebalanceListener = listener });
        listener.Consumer = consumer;
        consumer.Subscribe(topic);

        Assert.Equal("v6", (await Filling.ReadAsync(consumer, 1))[0].Value);
    }

    private static async Task RunThroughRestartsAsync(GroupProtocol protocol)
    {
        await using var target = await ClientTarget.StartAsync();
        string topic = await target.CreateTopicAsync("faults", 2);
        await using var client = target.NewClient();
        await using var member = new GroupMemberRun(
            target, ClientTarget.NewName("faults"), Filling.FromStart(protocol), consumer => consumer.Subscribe(topic));
        for (int round = 0; round < 2; round++)
        {
            await Filling.FillAsync(client, topic, 20, 2, first: round * 20);
            int wanted = (round + 1) * 20;
            await Filling.UntilAsync(
                () => member.Records.Select(record => record.Value).Distinct().Count() == wanted, "every record is read");
            await target.StopAsync();
            await Task.Delay(300);
            await target.StartAgainAsync();
        }
    }

    private sealed class Throwing : IRebalanceListener
    {
        public ValueTask OnAssignedAsync(
            IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("not today");
    }

    private sealed class Seeking : IRebalanceListener
    {
        public Consumer<string, string>? Consumer { get; set; }

        public async ValueTask OnAssignedAsync(
            IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
        {
            foreach (var partition in partitions) await Consumer!.SeekAsync(partition, new(6), cancellationToken);
        }
    }
}
