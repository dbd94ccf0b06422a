using LogBroker.Client.Tests.Targets;

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
            IReadOnlyCollection<LogBroker.Protocol.TopicPartition> partitions, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("not today");
    }

    private sealed class Seeking : IRebalanceListener
    {
        public Consumer<string, string>? Consumer { get; set; }

        public async ValueTask OnAssignedAsync(
            IReadOnlyCollection<LogBroker.Protocol.TopicPartition> partitions, CancellationToken cancellationToken)
        {
            foreach (var partition in partitions) await Consumer!.SeekAsync(partition, new(6), cancellationToken);
        }
    }
}
