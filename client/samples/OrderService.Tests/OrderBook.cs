using LogBroker.Client;

namespace OrderService.Tests;

/// <summary>The code under test: places orders, and tells how many a customer has.</summary>
public sealed class OrderBook(LogBrokerClient client) : IAsyncDisposable
{
    private readonly Producer<string, int> _orders = client.CreateProducer<string, int>();

    public async Task PlaceAsync(string customer, int number) => await _orders.ProduceAsync("orders", customer, number);

    public async Task<int> CountAsync(string customer, int expected, CancellationToken cancellationToken)
    {
        await using Consumer<string, int> consumer = client.CreateConsumer<string, int>(
            "counting", new ConsumerOptions { OffsetReset = OffsetReset.Earliest });
        consumer.Subscribe("orders");
        int count = 0;
        await foreach (ConsumedRecord<string, int> record in consumer.ReadAsync(cancellationToken))
        {
            if (record.Key == customer && ++count == expected) break;
        }
        return count;
    }

    public ValueTask DisposeAsync() => _orders.DisposeAsync();
}
