using LogBroker.Client.Tests.Targets;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Records that come before anything is known of their topic.</summary>
public sealed class FirstRecordsTests
{
    [Fact]
    public async Task Produce_ManyBeforeTheTopicIsKnown_KeepsTheOrderOfTheCalls()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("first");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();

        RecordMetadata[] written = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(number => producer.ProduceAsync(topic, "key", $"{number}").AsTask()));

        Assert.Equal(Enumerable.Range(0, 200).Select(number => (long)number), written.Select(record => record.Offset.Value));
    }

    [Fact]
    public async Task Produce_ToNoTopic_FailsAllAtOnceAndNotOneAfterTheOther()
    {
        var target = await ClientTarget.SharedAsync();
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>(new ProducerOptions { MaxBlock = TimeSpan.FromSeconds(2) });

        Task all = Task.WhenAll(Enumerable.Range(0, 50).Select(
            number => producer.ProduceAsync("no-such-topic", "key", $"{number}").AsTask()));

        await Assert.ThrowsAnyAsync<KafkaException>(() => all).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Produce_GivenUpWhileItWaits_LetsTheOthersPassInOrder()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("first");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<string, string>();
        using var given = new CancellationTokenSource();

        Task<RecordMetadata> first = producer.ProduceAsync(topic, "key", "1").AsTask();
        Task<RecordMetadata> second = producer.ProduceAsync(topic, "key", "2", given.Token).AsTask();
        Task<RecordMetadata> third = producer.ProduceAsync(topic, "key", "3").AsTask();
        await given.CancelAsync();
        await second.ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.True((await first).Offset < (await third).Offset);
    }
}
