using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>What is read of transactions.</summary>
public sealed class IsolationTests
{
    [KafkaOnlyFact]
    public async Task Read_OfCommittedAndAbortedTransactions_GetsWhatTheLevelSays()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("isolation");
        await using var client = target.NewClient();
        await using var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx"));
        foreach (string value in new[] { "kept 1", "dropped", "kept 2" })
        {
            await producer.BeginTransactionAsync();
            await producer.ProduceAsync(topic, "k", value);
            if (value == "dropped") await producer.AbortAsync();
            else await producer.CommitAsync();
        }

        Assert.Equal(["kept 1", "kept 2"], await ReadAsync(client, topic, IsolationLevel.ReadCommitted, 2));
        Assert.Equal(["kept 1", "dropped", "kept 2"], await ReadAsync(client, topic, IsolationLevel.ReadUncommitted, 3));
    }

    [KafkaOnlyFact]
    public async Task SendOffsets_OfWhatWasRead_CommitsThemWithTheTransaction()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("sent");
        string output = await target.CreateTopicAsync("output");
        await using var client = target.NewClient();
        await Filling.FillAsync(client, topic, 10);
        await using var consumer = client.CreateConsumer<string, string>(
            ClientTarget.NewName("sent"), Filling.FromStart() with { AutoCommit = false });
        consumer.Subscribe(topic);
        var records = await Filling.ReadAsync(consumer, 4);
        await using var producer = client.CreateTransactionalProducer<string, string>(ClientTarget.NewName("tx"));
        await producer.BeginTransactionAsync();
        foreach (var record in records) await producer.ProduceAsync(output, record.Key, record.Value);
        await producer.SendOffsetsAsync(consumer.PositionsToCommit, consumer.GroupMetadata);
        await producer.CommitAsync();

        Assert.Equal(4, (await consumer.CommittedAsync([Filling.At(topic)]))[Filling.At(topic)].Offset.Value);
        Assert.Equal(records.Select(record => record.Value), await ReadAsync(client, output, IsolationLevel.ReadCommitted, 4));
    }

    private static async Task<IEnumerable<string>> ReadAsync(LogBrokerClient client, string topic, IsolationLevel level, int count)
    {
        await using var consumer = client.CreateConsumer<string, string>(null, Filling.FromStart() with { IsolationLevel = level });
        consumer.Assign(Filling.At(topic));
        return (await Filling.ReadAsync(consumer, count)).Select(record => record.Value);
    }
}
