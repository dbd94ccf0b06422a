using System.Globalization;
using System.Text;
using LogBroker.Protocol.Records;
using LogBroker.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection.Tests.Consumers;

/// <summary>A hosted consumer of records that carry the headers of another one's failures.</summary>
public sealed class DeadLetterHandlerTests
{
    [Fact]
    public async Task DeadLetters_HandledByAnotherConsumer_AreRecordsOfTheirOwnTopic()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("orders.billing.dead");
        await using ConsumerHost host = await StartAsync(broker, orders => orders.OnTry = (record, _) =>
            record.Attempt < 2 ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask);
        await host.ProduceAsync(Letter(timestamp: 1_700_000_000_000));

        List<ReceivedRecord<string, string>> tries = await host.Orders.NextAsync(2);

        Assert.Equal([1, 2], tries.Select(record => record.Attempt));
        Assert.All(tries, record => Assert.Equal(("orders.billing.dead", 0, 0L), (record.Topic, record.Partition, record.Offset)));
        Assert.Contains(tries[0].Headers, header => header.Key == FailureHeaders.Topic); // Why it failed is the handler's to see.
        Assert.Equal("1", (await host.FirstAsync("orders.billing.dead.support.retry.1")).Value);
    }

    [Fact]
    public async Task Headers_ThatAreNoTimes_DoNotStopTheConsumer()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await broker.CreateTopicAsync("orders.billing.dead");
        await broker.CreateTopicAsync("orders.billing.dead.support.retry.1");
        await using ConsumerHost host = await StartAsync(broker, _ => { });
        await host.ProduceAsync(Letter(timestamp: long.MaxValue));
        await host.ProduceAsync(Letter(timestamp: long.MinValue, topic: "orders.billing.dead.support.retry.1"));

        await host.Orders.NextAsync(2);
    }

    private static ProducerRecord<string, string?> Letter(long timestamp, string topic = "orders.billing.dead") => new(topic, "a", "1")
    {
        Headers =
        [
            Header(FailureHeaders.Attempts, "4"),
            Header(FailureHeaders.Topic, "orders"),
            Header(FailureHeaders.Timestamp, timestamp.ToString(CultureInfo.InvariantCulture)),
            Header(FailureHeaders.Due, timestamp.ToString(CultureInfo.InvariantCulture)),
        ],
    };

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static Task<ConsumerHost> StartAsync(TestBroker broker, Action<HandledOrders> prepare) => ConsumerHost.StartAsync(
        broker,
        prepare: prepare,
        consume: client => client.AddConsumer<OrderHandler, string, string>(
            "orders.billing.dead", "support", consumer => consumer.RetryLater(TimeSpan.FromMilliseconds(1))));
}
