using LogBroker.Client;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>An Apache Kafka of the tests' own, and transactions in it that are open: some as they ought to be, some that hang.</summary>
/// <remarks>It does not ask the coordinator whether a write belongs to a transaction, as no Kafka before 3.6 did: that is how transactions
/// come to hang (KIP-664, KIP-890).</remarks>
public sealed class OpenTransactions : IAsyncLifetime
{
    /// <summary>The last version of Produce that names its topic and does not add partitions to the transaction by itself.</summary>
    private const short ProduceVersion = 11;

    private readonly List<IAsyncDisposable> _open = [];
    private ClientTarget? _target;
    private LogBrokerClient? _client;

    public ClientTarget Target => _target!;

    public async Task InitializeAsync()
    {
        if (!ClientTarget.IsKafka) return;
        _target = await ClientTarget.StartAsync(("transaction.partition.verification.enable", "false"));
        _client = _target.NewClient();
    }

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable producer in _open) await producer.DisposeAsync();
        if (_client is not null) await _client.DisposeAsync();
        if (_target is not null) await _target.DisposeAsync();
    }

    /// <summary>Begins a transaction, writes a record to each partition, and leaves it at that until the tests are over.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> BeginAsync(string topic, int partitions)
    {
        string id = ClientTarget.NewName("open");
        var producer = _client!.CreateTransactionalProducer<Null, string>(id);
        _open.Add(producer);
        await producer.BeginTransactionAsync();
        for (int partition = 0; partition < partitions; partition++)
            await producer.ProduceAsync(new ProducerRecord<Null, string>(topic, default, "open") { Partition = partition });
        return id;
    }

    /// <summary>A transaction that its coordinator takes for over: it has committed, then a late write comes.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> HangAsync(TopicPartition partition)
    {
        string id = ClientTarget.NewName("late");
        await using (var producer = _client!.CreateTransactionalProducer<Null, string>(id))
        {
            await producer.BeginTransactionAsync();
            await producer.ProduceAsync(new ProducerRecord<Null, string>(partition.Topic, default, "in time") { Partition = partition.Partition });
            await producer.CommitAsync();
        }
        TransactionDescription known = await CommittedAsync(id);
        await WriteAsync(partition, id, known.ProducerId, known.ProducerEpoch);
        return id;
    }

    /// <summary>A transactional write, an hour old, of a producer no transaction of which is open.</summary>
    public async Task WriteAsync(TopicPartition partition, string transactionalId, long producerId, short epoch)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = epoch,
            BaseSequence = 0,
            IsTransactional = true,
        });
        builder.Append(DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds(), null, "late"u8.ToArray());
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", Target.Port);
        var request = new ProduceRequest
        {
            TransactionalId = transactionalId,
            Acks = -1,
            TimeoutMs = 10_000,
            TopicData =
            [
                new()
                {
                    Name = partition.Topic,
                    PartitionData = [new() { Index = partition.Partition, Records = new MemoryRecords(builder.Build().ToArray()) }],
                },
            ],
        };
        Assert.Equal(ErrorCode.None, (await channel.SendAsync(request, ProduceVersion)).Responses[0].PartitionResponses[0].ErrorCode);
    }

    /// <summary>The id's description once the markers are in the partitions: the commit is answered before that.</summary>
    private async Task<TransactionDescription> CommittedAsync(string id)
    {
        while (true)
        {
            TransactionDescription known = (await _client!.Admin.Transactions.DescribeAsync([id]))[id];
            if (known.State == TransactionStatus.CompleteCommit) return known;
            await Task.Delay(20);
        }
    }
}
