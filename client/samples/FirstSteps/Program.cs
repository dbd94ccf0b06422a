// Creates a topic, writes JSON to it, reads it back in order for each key. Run it with a broker's address: FirstSteps localhost:9092
using System.Text.Json.Serialization;
using LogBroker.Client;

await using var client = new LogBrokerClient(args.Length > 0 ? args[0] : "localhost:9092");
string topic = $"orders-{Guid.NewGuid():N}";
await client.Admin.Topics.CreateAsync(topic, partitionCount: 3);

// The buffer takes them one after the other, and they travel in batches; FlushAsync waits until all are delivered.
const int Count = 9;
await using var producer = client.CreateProducer<string, Order>(value: Serializers.Json(OrderContext.Default.Order));
for (int number = 1; number <= Count; number++)
    await producer.EnqueueAsync(topic, $"customer-{number % 3}", new Order(number, 9.99m * number));
await producer.FlushAsync();
Console.WriteLine($"wrote {Count} orders");

// Three handlers at once; the orders of one customer stay in order.
await using var consumer = client.CreateConsumer<string, Order>(
    "billing",
    new ConsumerOptions { OffsetReset = OffsetReset.Earliest },
    value: Deserializers.Json(OrderContext.Default.Order));
consumer.Subscribe(topic);
using var done = new CancellationTokenSource();
int handled = 0;
try
{
    await consumer.ProcessAsync(
        (record, token) =>
        {
            Console.WriteLine($"{record.Key}: order {record.Value.Number}, {record.Value.Total}");
            if (Interlocked.Increment(ref handled) == Count) done.Cancel();
            return ValueTask.CompletedTask;
        },
        new ProcessingOptions { Parallelism = 3 },
        done.Token);
}
catch (OperationCanceledException)
{
    Console.WriteLine($"handled {handled} orders");
}

await client.Admin.Topics.DeleteAsync(topic);

internal sealed record Order(int Number, decimal Total);

[JsonSerializable(typeof(Order))]
internal sealed partial class OrderContext : JsonSerializerContext;
