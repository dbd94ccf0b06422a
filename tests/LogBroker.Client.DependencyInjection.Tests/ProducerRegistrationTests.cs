using System.Buffers;
using System.Text;
using LogBroker.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Client.DependencyInjection.Tests;

/// <summary>Producers from the container, against a broker.</summary>
public sealed class ProducerRegistrationTests
{
    [Fact]
    public async Task Producer_FromServices_Writes()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("orders");
        var services = new ServiceCollection();
        services.AddLogBroker(broker.BootstrapServers).AddProducer<string, string>();
        await using ServiceProvider provider = services.BuildServiceProvider();

        RecordMetadata written = await provider.GetRequiredService<Producer<string, string>>().ProduceAsync("orders", "a", "1");

        Assert.Equal(0, written.Offset.Value);
    }

    [Fact]
    public async Task Serializer_ComesFromServicesUnlessItIsNamed()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("orders");
        var services = new ServiceCollection();
        var fromServices = new OrderSerializer();
        var named = new OrderSerializer();
        services.AddSingleton<ISerializer<Order>>(fromServices);
        services.AddKeyedSingleton("named", named);
        services.AddLogBroker(broker.BootstrapServers)
            .AddProducer<string, Order>()
            .AddProducer<string, Order>(
                producer => producer.WithValueSerializer(services => services.GetRequiredKeyedService<OrderSerializer>("named")),
                key: "second");
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<Producer<string, Order>>().ProduceAsync("orders", "a", new Order(1));
        await provider.GetRequiredKeyedService<Producer<string, Order>>("second").ProduceAsync("orders", "a", new Order(2));

        Assert.Equal(1, fromServices.Calls);
        Assert.Equal(1, named.Calls);
    }

    [Fact]
    public async Task TransactionalProducer_FromServices_HasItsName()
    {
        var services = new ServiceCollection();
        services.AddLogBroker("localhost:9092").AddTransactionalProducer<string, string>(
            _ => "transfers-1", producer => producer.Configure(options => options with { TransactionTimeout = TimeSpan.FromSeconds(9) }));
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal("transfers-1", provider.GetRequiredService<TransactionalProducer<string, string>>().TransactionalId);
    }

    private sealed record Order(int Number);

    private sealed class OrderSerializer : ISerializer<Order>
    {
        public int Calls { get; private set; }

        public void Serialize(Order value, IBufferWriter<byte> output, in SerializationContext context)
        {
            Calls++;
            output.Write(Encoding.UTF8.GetBytes($"order {value.Number}"));
        }
    }
}
