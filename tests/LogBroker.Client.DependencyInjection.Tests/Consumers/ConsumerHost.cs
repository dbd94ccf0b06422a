using LogBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LogBroker.Client.DependencyInjection.Tests.Consumers;

/// <summary>A host with one hosted consumer of topic <c>orders</c> for group <c>billing</c>, and a client of its own to look from
/// outside.</summary>
internal sealed class ConsumerHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly LogBrokerClient _client;
    private readonly Producer<string, string?> _producer;

    private ConsumerHost(IHost host, TestBroker broker)
    {
        _host = host;
        _client = new LogBrokerClient(broker.BootstrapServers);
        _producer = _client.CreateProducer<string, string?>();
    }

    public HandledOrders Orders => Services.GetRequiredService<HandledOrders>();

    public List<int> EndedScopes => Services.GetRequiredService<List<int>>();

    public IServiceProvider Services => _host.Services;

    public static async Task<TestBroker> StartBrokerAsync(int partitions = 1)
    {
        // Members are heard often, so that groups settle quickly.
        TestBroker broker = await TestBroker.StartAsync(
            ("group.initial.rebalance.delay.ms", "0"),
            ("group.consumer.min.heartbeat.interval.ms", "100"),
            ("group.consumer.heartbeat.interval.ms", "200"));
        await broker.CreateTopicAsync("orders", partitions);
        return broker;
    }

    public static async Task<ConsumerHost> StartAsync(
        TestBroker broker,
        Action<ConsumerBuilder<string, string>>? build = null,
        Action<HandledOrders>? prepare = null,
        Action<LogBrokerHealthOptions>? health = null,
        Action<LogBrokerBuilder>? consume = null,
        TimeProvider? time = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        var orders = new HandledOrders();
        prepare?.Invoke(orders);
        builder.Services.AddSingleton(orders).AddSingleton(new List<int>()).AddScoped<HandlerScope>();
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddHealthChecks().AddLogBroker(health);
        LogBrokerBuilder client = builder.Services.AddLogBroker(broker.BootstrapServers);
        if (consume is not null) consume(client);
        else client.AddConsumer<OrderHandler, string, string>("orders", "billing", build);
        IHost host = builder.Build();
        await host.StartAsync();
        return new ConsumerHost(host, broker);
    }

    public async Task ProduceAsync(string key, string? value) => await _producer.ProduceAsync("orders", key, value);

    public async Task ProduceAsync(ProducerRecord<string, string?> record) => await _producer.ProduceAsync(record);

    public async Task ProduceManyAsync(int count)
    {
        for (int number = 0; number < count; number++) await _producer.EnqueueAsync("orders", "a", $"{number}");
        await _producer.FlushAsync();
    }

    /// <summary>The first record of a topic.</summary>
    public async Task<ConsumedRecord<string, string>> FirstAsync(string topic) => (await FirstAsync(topic, 1))[0];

    /// <summary>The first records of a topic.</summary>
    public async Task<List<ConsumedRecord<string, string>>> FirstAsync(string topic, int count)
    {
        await using Consumer<string, string> consumer = _client.CreateConsumer<string, string>(
            null, new ConsumerOptions { OffsetReset = OffsetReset.Earliest });
        consumer.Assign(new Protocol.TopicPartition(topic, 0));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var records = new List<ConsumedRecord<string, string>>();
        await foreach (ConsumedRecord<string, string> record in consumer.ReadAsync(limit.Token))
        {
            records.Add(record);
            if (records.Count == count) return records;
        }
        throw new InvalidOperationException("The enumeration ended.");
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
        _host.Dispose();
    }
}
