using System.Collections.Concurrent;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Transactions, for now against Apache Kafka only: of clusters that check them themselves (KIP-890), and of older ones.</summary>
public abstract class TransactionTests
{
    protected abstract Task<ClientTarget> TargetAsync();

    [KafkaOnlyFact]
    public async Task Commit_OfRecordsInSeveralPartitions_ShowsThemToReadersOfCommitted()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("commit", partitions: 2);
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx"));

        for (int round = 0; round < 3; round++)
        {
            await producer.BeginTransactionAsync();
            for (int partition = 0; partition < 2; partition++)
                await producer.EnqueueAsync(new ProducerRecord<string, string>(topic, "key", $"{round}") { Partition = partition });
            await producer.CommitAsync();
        }

        for (int partition = 0; partition < 2; partition++)
            Assert.Equal(["0", "1", "2"], await CommittedAsync(target, topic, partition));
    }

    [KafkaOnlyFact]
    public async Task Abort_OfRecords_HidesThemAndTheNextTransactionWorks()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("abort");
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx"));

        await producer.BeginTransactionAsync();
        await producer.ProduceAsync(topic, "key", "aborted");
        await producer.AbortAsync();
        await producer.BeginTransactionAsync();
        await producer.ProduceAsync(topic, "key", "committed");
        await producer.CommitAsync();
        await producer.BeginTransactionAsync();
        await producer.CommitAsync();

        Assert.Equal(["committed"], await CommittedAsync(target, topic));
        Assert.Equal(2, (await TopicReader.ReadAsync(target, topic)).Count);
    }

    [KafkaOnlyFact]
    public async Task Dispose_WithATransactionOpen_AbortsIt()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("open");
        await using var client = target.NewClient();
        await using (var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx")))
        {
            await producer.BeginTransactionAsync();
            await producer.ProduceAsync(topic, "key", "lost");
        }

        await using var other = client.CreateProducer<string, string>();
        await other.ProduceAsync(topic, "key", "outside");
        Assert.Equal(["outside"], await CommittedAsync(target, topic));
    }

    [KafkaOnlyFact]
    public async Task Initialize_OfASecondProducerOfTheName_FencesTheFirst()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("fence");
        string name = ClientTarget.NewName("tx");
        await using var client = target.NewClient();
        await using var first = client.CreateTransactionalProducer<string, string>(name);
        await first.BeginTransactionAsync();
        await first.ProduceAsync(topic, "key", "fenced");
        await using var second = client.CreateTransactionalProducer<string, string>(name);
        await second.InitializeAsync();

        await Assert.ThrowsAsync<ProducerFencedException>(() => first.CommitAsync());
        await Assert.ThrowsAsync<ProducerFencedException>(() => first.BeginTransactionAsync());
        await Assert.ThrowsAnyAsync<FatalProducerException>(() => first.ProduceAsync(topic, "key", "late").AsTask());
        await second.BeginTransactionAsync();
        await second.ProduceAsync(topic, "key", "good");
        await second.CommitAsync();

        Assert.Equal(["good"], await CommittedAsync(target, topic));
    }

    [KafkaOnlyFact]
    public async Task Commit_WithARecordThatFailed_IsRefusedAndAfterTheAbortItGoesOn()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("failed", 1, ("max.message.bytes", "2000"));
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, byte[]>(ClientTarget.NewName("tx"));

        for (int round = 0; round < 2; round++)
        {
            await producer.BeginTransactionAsync();
            await producer.EnqueueAsync(topic, "key", new byte[10]);
            await producer.EnqueueAsync(topic, "key", new byte[3000]);
            await Assert.ThrowsAsync<TransactionAbortableException>(() => producer.CommitAsync());
            await Assert.ThrowsAsync<TransactionAbortableException>(() => producer.ProduceAsync(topic, "key", []).AsTask());
            await producer.AbortAsync();

            await producer.BeginTransactionAsync();
            await producer.EnqueueAsync(topic, "key", new byte[20]);
            await producer.CommitAsync();
        }

        Assert.Equal(2, (await CommittedAsync(target, topic)).Count);
    }

    [KafkaOnlyFact]
    public async Task SendOffsets_InATransaction_CommitsThemWithIt()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("offsets");
        string group = ClientTarget.NewName("group");
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx"));
        var partition = new TopicPartition(topic, 0);

        await producer.BeginTransactionAsync();
        await producer.SendOffsetsAsync(OffsetsOf(partition, 5), new ConsumerGroupMetadata(group));
        await producer.ProduceAsync(topic, "key", "value");
        await producer.CommitAsync();
        Assert.Equal(5, await CommittedOffsetAsync(target, group, partition));

        await producer.BeginTransactionAsync();
        await producer.SendOffsetsAsync(OffsetsOf(partition, 9), new ConsumerGroupMetadata(group));
        await producer.AbortAsync();
        Assert.Equal(5, await CommittedOffsetAsync(target, group, partition));

        await producer.BeginTransactionAsync();
        var refused = await Assert.ThrowsAsync<TransactionAbortableException>(
            () => producer.SendOffsetsAsync(OffsetsOf(partition, 9), new ConsumerGroupMetadata(group, 3, "nobody")));
        Assert.Contains(refused.ErrorCode, new[] { ErrorCode.UnknownMemberId, ErrorCode.IllegalGeneration });
        await producer.AbortAsync();
    }

    [KafkaOnlyFact]
    public async Task Produce_OutsideOfATransaction_IsRefused()
    {
        var target = await TargetAsync();
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => producer.ProduceAsync("topic", "key", "value").AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => producer.CommitAsync());
    }

    [KafkaOnlyFact]
    public async Task Initialize_WithATimeoutBeyondTheBrokers_IsRefusedAndSaysWhy()
    {
        var target = await TargetAsync();
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, string>(
            ClientTarget.NewName("tx"), new ProducerOptions { TransactionTimeout = TimeSpan.FromDays(1) });

        var failure = await Assert.ThrowsAsync<FatalProducerException>(() => producer.InitializeAsync());

        Assert.Contains("transaction.max.timeout.ms", failure.Message, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task Produce_ByManyThreadsWhileOthersAbort_CommitsWhatWasAcceptedAndNothingElse()
    {
        var target = await TargetAsync();
        string topic = await target.CreateTopicAsync("threads");
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, string>(
            ClientTarget.NewName("tx"), new ProducerOptions { BatchSizeBytes = 1_000, BufferMemoryBytes = 32 * 1024 });
        var committed = new List<string>();
        for (int round = 0; round < 10; round++)
        {
            await producer.BeginTransactionAsync();
            var accepted = new ConcurrentBag<string>();
            Task[] threads = [.. Enumerable.Range(0, 4).Select(thread => Task.Run(() => ProduceUntilRefusedAsync(producer, topic, $"{round}-{thread}", accepted)))];
            while (accepted.Count < 200) await Task.Yield();
            if (round % 3 == 2)
            {
                await producer.AbortAsync();
            }
            else
            {
                await producer.CommitAsync();
            }

            await Task.WhenAll(threads);
            if (round % 3 != 2) committed.AddRange(accepted);
        }

        Assert.Equal(committed.Order(StringComparer.Ordinal), (await CommittedAsync(target, topic)).Order(StringComparer.Ordinal));
    }

    /// <summary>A producer whose transaction, with one record in it, the cluster has aborted since it was open for too long.</summary>
    protected static async Task<TransactionalProducer<string, string>> BeginAndTimeOutAsync(LogBrokerClient client, string name, string topic)
    {
        var late = client.CreateTransactionalProducer<string, string>(name, new ProducerOptions { TransactionTimeout = TimeSpan.FromMilliseconds(300) });
        await late.BeginTransactionAsync();
        await late.ProduceAsync(topic, "key", "late");
        TransactionStatus state;
        do state = (await client.Admin.Transactions.DescribeAsync([name])).Values[name].State;
        while (state != TransactionStatus.CompleteAbort);
        return late;
    }

    /// <summary>Writes a record in a transaction of its own.</summary>
    protected static async Task CommitAsync(TransactionalProducer<string, string> producer, string topic, string value)
    {
        await producer.BeginTransactionAsync();
        await producer.ProduceAsync(topic, "key", value);
        await producer.CommitAsync();
    }

    /// <summary>What was accepted is noted; the end of the transaction refuses the rest.</summary>
    private static async Task ProduceUntilRefusedAsync(
        TransactionalProducer<string, string> producer, string topic, string name, ConcurrentBag<string> accepted)
    {
        for (int number = 0; ; number++)
        {
            try
            {
                await producer.EnqueueAsync(topic, "key", $"{name}-{number}");
            }
            catch (Exception refused) when (refused is InvalidOperationException or TransactionAbortableException)
            {
                return;
            }

            accepted.Add($"{name}-{number}");
        }
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> OffsetsOf(TopicPartition partition, long offset) =>
        new() { [partition] = new OffsetAndMetadata(new Offset(offset)) };

    protected static async Task<IReadOnlyList<string?>> CommittedAsync(ClientTarget target, string topic, int partition = 0) =>
        [.. (await TopicReader.ReadAsync(target, topic, partition, readsCommitted: true)).Select(record => record.Value)];

    private static async Task<long> CommittedOffsetAsync(ClientTarget target, string group, TopicPartition partition)
    {
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", target.Port);
        while (true)
        {
            OffsetFetchResponse response = await channel.SendAsync(
                new OffsetFetchRequest
                {
                    RequireStable = true,
                    Groups =
                    [
                        new() { GroupId = group, Topics = [new() { Name = partition.Topic, PartitionIndexes = [partition.Partition] }] },
                    ],
                },
                8);
            var found = response.Groups[0].Topics[0].Partitions[0];
            if (found.ErrorCode == ErrorCode.None) return found.CommittedOffset;
            await Task.Delay(20);
        }
    }
}
