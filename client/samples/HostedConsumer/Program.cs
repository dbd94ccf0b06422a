// A service that charges orders. One order fails twice and is retried by way of retry topics, another is beyond help and ends in the dead
// letters; the others are not held up. It stops by itself when all of them are settled.
// Run it with a broker's address: HostedConsumer --LogBroker:BootstrapServers=localhost:9092
using LogBroker.Client;
using LogBroker.Client.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.Services.AddSingleton<Ledger>();
builder.Services.AddHealthChecks().AddLogBroker();
builder.Services.AddHostedService<Shop>(); // Starts first, so that the topic is there.
builder.Services.AddLogBroker(builder.Configuration.GetSection("LogBroker"))
    .AddProducer<string, string>()
    .AddConsumer<ChargeHandler, string, string>("charges", "billing", consumer => consumer
        .RetryLater(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400))
        .NeverRetry<FormatException>())
    .AddConsumer<DeadLetterHandler, string, string>("charges.billing.dead", "support");
await builder.Build().RunAsync();

/// <summary>Charges an order; made anew for each, so it may take scoped services such as a DbContext.</summary>
internal sealed class ChargeHandler(Ledger ledger) : IRecordHandler<string, string>
{
    public ValueTask HandleAsync(ReceivedRecord<string, string> record, CancellationToken cancellationToken)
    {
        decimal amount = decimal.Parse(record.Value, System.Globalization.CultureInfo.InvariantCulture);
        if (amount > 100 && record.Attempt < 3) throw new TimeoutException("the bank does not answer");
        ledger.Settle($"charged {record.Key} {amount} at attempt {record.Attempt}");
        return ValueTask.CompletedTask;
    }
}

/// <summary>Looks after what failed for good.</summary>
internal sealed class DeadLetterHandler(Ledger ledger) : IRecordHandler<string, string>
{
    public ValueTask HandleAsync(ReceivedRecord<string, string> record, CancellationToken cancellationToken)
    {
        ledger.Settle($"gave up {record.Key} \"{record.Value}\"");
        return ValueTask.CompletedTask;
    }
}

/// <summary>Writes four orders when the host starts.</summary>
internal sealed class Shop(LogBrokerClient client, Producer<string, string> orders) : IHostedService
{
    public async Task StartAsync(CancellationToken stoppingToken)
    {
        await client.Admin.Topics.CreateAsync("charges", partitionCount: 2, stoppingToken);
        foreach ((string customer, string amount) in new[] { ("ann", "12.50"), ("bob", "250"), ("cyd", "a lot"), ("dan", "80") })
            await orders.ProduceAsync("charges", customer, amount, stoppingToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What became of the orders; stops the host after the fourth.</summary>
internal sealed class Ledger(IHostApplicationLifetime host)
{
    private int _settled;

    public void Settle(string what)
    {
        Console.WriteLine(what);
        if (Interlocked.Increment(ref _settled) == 4) host.StopApplication();
    }
}
