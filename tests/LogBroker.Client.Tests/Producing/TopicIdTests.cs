using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Producing to topics by their ids (KIP-516), and to those that have none.</summary>
public sealed class TopicIdTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Guid Id = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    [Fact]
    public async Task Produce_ToATopicWithAnId_NamesTheIdOnly()
    {
        await using var script = new ProduceScript();
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();

        RecordMetadata written = await producer.ProduceAsync("t", default, "a");

        Assert.Equal(new TopicPartition("t", 0), written.TopicPartition);
        ProduceScript.Sent batch = Assert.Single(script.Batches);
        Assert.Equal((13, "", Id), (batch.Version, batch.Topic, batch.TopicId));
    }

    [Fact]
    public async Task Produce_ToATopicWithoutAnId_NamesIt()
    {
        await using var script = new ProduceScript();
        script.Broker.Answer<MetadataRequest>((request, _) => WithId(script.Broker.Cluster(request), Guid.Empty));
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();

        await producer.ProduceAsync("t", default, "a");

        ProduceScript.Sent batch = Assert.Single(script.Batches);
        Assert.Equal((12, "t"), (batch.Version, batch.Topic));
    }

    [Fact]
    public async Task Produce_ToABrokerWithoutIds_NamesTheTopic()
    {
        await using var script = new ProduceScript();
        script.Broker.VersionMax[ApiKey.Produce] = 9;
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();

        await producer.ProduceAsync("t", default, "a");

        ProduceScript.Sent batch = Assert.Single(script.Batches);
        Assert.Equal((9, "t"), (batch.Version, batch.Topic));
    }

    [Fact]
    public async Task Produce_ToATopicMadeAnew_LearnsItsIdAndWritesThere()
    {
        Guid other = Guid.NewGuid();
        await using var script = new ProduceScript();
        await using var client = Client(script);
        await using var producer = client.CreateProducer<Null, string>();
        await producer.ProduceAsync("t", default, "a");
        script.Otherwise = batch => batch.TopicId == other ? ProduceScript.Written(batch) : new() { ErrorCode = ErrorCode.UnknownTopicId, BaseOffset = -1 };
        script.Broker.Answer<MetadataRequest>((request, _) => WithId(script.Broker.Cluster(request), other));

        await producer.ProduceAsync("t", default, "b").AsTask().WaitAsync(Patience);

        Assert.Equal(("a", Id), (script.Batches.First().Values, script.Batches.First().TopicId));
        Assert.Equal(("b", other), (script.Batches.Last().Values, script.Batches.Last().TopicId));
    }

    [Fact]
    public async Task Enqueue_WhileTheTopicIsDeletedAndMadeAnew_GoesOnInTheNewOneInOrder()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("anew");
        await using var client = target.NewClient();
        await using var producer = client.CreateProducer<Null, string>(new ProducerOptions { BatchSizeBytes = 1_000 });
        for (int index = 0; index < 100; index++) await producer.ProduceAsync(topic, default, "before");
        await using var setup = target.NewClient();
        await setup.Admin.Topics.DeleteAsync([topic]);
        await CreateAgainAsync(setup, topic);
        var offsets = new List<long>();

        for (int index = 0; index < 500; index++)
            await producer.EnqueueAsync(topic, default, $"{index}", (in DeliveryReport report) => offsets.Add(report.Metadata.Offset.Value));
        await producer.FlushAsync().WaitAsync(Patience);

        Assert.Equal(Enumerable.Range(0, 500).Select(offset => (long)offset), offsets);
        Assert.Equal(Enumerable.Range(0, 500).Select(index => $"{index}"), (await TopicReader.ReadAsync(target, topic)).Select(record => record.Value));
    }

    /// <summary>Of a topic that was just deleted a broker may still know.</summary>
    private static async Task CreateAgainAsync(LogBrokerClient client, string topic)
    {
        while (true)
        {
            try
            {
                await client.Admin.Topics.CreateAsync(topic, 1);
                return;
            }
            catch (KafkaException exists) when (exists.ErrorCode == ErrorCode.TopicAlreadyExists)
            {
                await Task.Delay(20);
            }
        }
    }

    private static MetadataResponse WithId(MetadataResponse response, Guid id) => new()
    {
        ClusterId = response.ClusterId,
        ControllerId = response.ControllerId,
        Brokers = response.Brokers,
        Topics =
        [
            .. response.Topics.Select(topic => new MetadataResponse.MetadataResponseTopic
            {
                Name = topic.Name,
                TopicId = id,
                Partitions = topic.Partitions,
            }),
        ],
    };

    private static LogBrokerClient Client(ProduceScript script) => new(new ClientOptions
    {
        BootstrapServers = [script.Broker.Bootstrap],
        RetryBackoff = TimeSpan.FromMilliseconds(1),
        RetryBackoffMax = TimeSpan.FromMilliseconds(1),
    });
}
