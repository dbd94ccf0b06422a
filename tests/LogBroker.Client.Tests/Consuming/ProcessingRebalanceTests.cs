using System.Collections.Concurrent;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>Handlers at work while the group takes their partitions.</summary>
public sealed class ProcessingRebalanceTests(QuickGroupTarget quick) : IClassFixture<QuickGroupTarget>
{
    private const int Partitions = 2;
    private const int PerPartition = 20;
    private const long HeldOffset = 10;

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Revoked_TheHandlerDoesNotEnd_IsCancelledAndTheOtherMemberGetsTheRecord(GroupProtocol protocol)
    {
        string topic = await NewTopicAsync();
        string group = ClientTarget.NewName("revoked");
        await using var held = new HeldRun(
            quick.Target, topic, group, Filling.FromStart(protocol) with { HandlerGracePeriod = TimeSpan.FromMilliseconds(100) });
        await Filling.UntilAsync(() => held.Waiting == Partitions, "both partitions are held");

        await using var other = new GroupMemberRun(quick.Target, group, Filling.FromStart(protocol), consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => other.Records.Count == PerPartition - HeldOffset, "the other member reads on");

        Assert.NotEqual(0, held.Cancelled);
        Assert.All(other.Records, record => Assert.InRange(record.Offset.Value, HeldOffset, PerPartition)); // What was done was committed.
        Assert.False(held.Running.IsCompleted);
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Revoked_TheHandlerEndsInTime_IsCommitted(GroupProtocol protocol)
    {
        string topic = await NewTopicAsync();
        string group = ClientTarget.NewName("graceful");
        await using var held = new HeldRun(quick.Target, topic, group, Filling.FromStart(protocol));
        await Filling.UntilAsync(() => held.Waiting == Partitions, "both partitions are held");

        await using var other = new GroupMemberRun(quick.Target, group, Filling.FromStart(protocol), consumer => consumer.Subscribe(topic));
        await Filling.UntilAsync(() => held.Consumer.Core.Table.All.Any(partition => partition.IsRevoked), "a partition is to be given up");
        held.Release();
        await Filling.UntilAsync(() => other.Records.Count == PerPartition - HeldOffset - 1, "the other member reads on");

        Assert.Equal(0, held.Cancelled);
        Assert.All(other.Records, record => Assert.InRange(record.Offset.Value, HeldOffset + 1, PerPartition));
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Stuck_OneHandlerWhileOthersGoOn_TheMemberLeavesCancelsAndComesBack(GroupProtocol protocol)
    {
        string topic = await NewTopicAsync();
        string group = ClientTarget.NewName("stuck");
        await using var held = new HeldRun(
            quick.Target, topic, group, Filling.FromStart(protocol) with { MaxPollInterval = TimeSpan.FromSeconds(1) }, heldPartitions: 1);
        await Filling.UntilAsync(() => held.Waiting == 1, "one partition is held");
        await using var client = quick.Target.NewClient();
        using var filled = new CancellationTokenSource();
        var filling = FillUntilAsync(client, topic, filled.Token);

        await Filling.UntilAsync(() => held.Cancelled > 0, "the handler is cancelled");
        await Filling.UntilAsync(() => held.Events.Any(happened => happened.StartsWith("lost", StringComparison.Ordinal)), "its partitions are lost");
        var committed = await held.Consumer.CommittedAsync([Filling.At(topic)]);
        Assert.True(!committed.TryGetValue(Filling.At(topic), out var offset) || offset.Offset.Value <= HeldOffset);

        held.Release();
        await Filling.UntilAsync(() => held.Handled.Contains((0, HeldOffset)), "the member is back and handles the record");
        await filled.CancelAsync();
        await filling;
    }

    /// <summary>So that the other partition has something to go on with.</summary>
    private static async Task FillUntilAsync(LogBrokerClient client, string topic, CancellationToken filled)
    {
        await using var producer = client.CreateProducer<string, string>();
        while (!filled.IsCancellationRequested)
        {
            await producer.ProduceAsync(new ProducerRecord<string, string>(topic, "k", "more") { Partition = 1 }, CancellationToken.None);
            await Task.WhenAny(Task.Delay(20, filled));
        }
    }

    private async Task<string> NewTopicAsync()
    {
        string topic = await quick.Target.CreateTopicAsync("rebalance", Partitions);
        await using var client = quick.Target.NewClient();
        await Filling.FillAsync(client, topic, Partitions * PerPartition, Partitions);
        return topic;
    }

    /// <summary>A member whose handlers hold the record at <see cref="HeldOffset"/> until released or cancelled.</summary>
    private sealed class HeldRun : IRebalanceListener, IAsyncDisposable
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _ended = new();
        private readonly LogBrokerClient _client;
        private readonly int _heldPartitions;
        private int _waiting;
        private int _cancelled;

        public HeldRun(ClientTarget target, string topic, string group, ConsumerOptions options, int heldPartitions = Partitions)
        {
            _heldPartitions = heldPartitions;
            _client = target.NewClient();
            Consumer = _client.CreateConsumer<string, string>(group, options with { RebalanceListener = this });
            Consumer.Subscribe(topic);
            Running = Consumer.ProcessAsync(
                HandleAsync, new ProcessingOptions { Parallelism = 4, Order = ProcessingOrder.ByPartition }, _ended.Token);
        }

        public Consumer<string, string> Consumer { get; }

        public Task Running { get; }

        public int Waiting => Volatile.Read(ref _waiting);

        public int Cancelled => Volatile.Read(ref _cancelled);

        public ConcurrentQueue<string> Events { get; } = new();

        public ConcurrentQueue<(int Partition, long Offset)> Handled { get; } = new();

        public void Release() => _released.TrySetResult();

        public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
        {
            Events.Enqueue($"lost {partitions.Count}");
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _ended.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Running.WaitAsync(Filling.Patience));
            await Consumer.DisposeAsync();
            await _client.DisposeAsync();
        }

        private async ValueTask HandleAsync(ConsumedRecord<string, string> record, CancellationToken cancelled)
        {
            if (record.Offset.Value == HeldOffset && record.Partition < _heldPartitions)
            {
                Interlocked.Increment(ref _waiting);
                try
                {
                    await _released.Task.WaitAsync(cancelled);
                }
                catch (OperationCanceledException) when (!_ended.IsCancellationRequested)
                {
                    Interlocked.Increment(ref _cancelled);
                    throw;
                }
            }
            Handled.Enqueue((record.Partition, record.Offset.Value));
        }
    }
}
