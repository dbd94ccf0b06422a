using LogBroker.Client.DependencyInjection.Tests.Consumers;
using LogBroker.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LogBroker.Client.DependencyInjection.Tests;

/// <summary>What health checks say, and why.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Readiness_WhileConnectedAndReading_IsHealthyAndTellsTheLag()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(broker);
        await host.ProduceAsync("a", "1");
        await host.Orders.NextAsync();

        HealthReportEntry readiness = await ReadinessAsync(host.Services, _ => true);

        Assert.Equal(HealthStatus.Healthy, readiness.Status);
        Assert.Equal(1, readiness.Data["Consumer billing of orders: partitions"]);
        Assert.Equal(0L, readiness.Data["Consumer billing of orders: lag"]);
        Assert.Contains("ready", readiness.Tags);
    }

    [Fact]
    public async Task Readiness_WithManyRecordsWaiting_IsDegradedAndTellsHowMany()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            prepare: orders => orders.OnTry = (_, _) => new ValueTask(release.Task),
            health: health => health.LagMax = 100);
        await host.ProduceManyAsync(5_000);
        await host.Orders.NextAsync();
        HealthReportEntry readiness;
        try
        {
            readiness = await ReadinessAsync(host.Services, readiness => readiness.Status != HealthStatus.Healthy);
        }
        finally
        {
            release.SetResult();
        }

        Assert.Equal(HealthStatus.Degraded, readiness.Status);
        Assert.Contains("records behind, more than 100", readiness.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_WithoutBroker_IsUnhealthyAndLivenessIsNot()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, health: health => health.AnswerTimeout = TimeSpan.FromMilliseconds(500));
        await broker.StopAsync();

        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["logbroker-readiness"].Status);
        Assert.Contains("The client", report.Entries["logbroker-readiness"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, report.Entries["logbroker-liveness"].Status);
        await broker.RestartAsync();
    }

    [Fact]
    public async Task Readiness_OfAConsumerThatCannotRead_SaysWhy()
    {
        await using TestBroker broker = await TestBroker.StartAsync(("auto.create.topics.enable", "false"));
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new HandledOrders()).AddSingleton(new List<int>()).AddScoped<HandlerScope>();
        builder.Services.AddHealthChecks().AddLogBroker();
        builder.Services.AddKeyedLogBroker("main", broker.BootstrapServers).AddConsumer<OrderHandler, string, string>(
            "orders", "billing", consumer => consumer.RetryLater(TimeSpan.FromSeconds(1)).Handle(
                options => options with { FailureTopicPrefix = "not a topic" }));
        using IHost host = builder.Build();
        await host.StartAsync();

        HealthReportEntry readiness = await ReadinessAsync(
            host.Services, readiness => readiness.Description!.Contains("has not read orders since", StringComparison.Ordinal));
        await host.StopAsync();

        Assert.Equal(HealthStatus.Unhealthy, readiness.Status);
        Assert.Contains("not a topic", readiness.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_OfAConsumerOfATopicThatIsNotThere_SaysSo()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            ("auto.create.topics.enable", "false"), ("group.initial.rebalance.delay.ms", "0"));
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker, health: health => health.AssignmentPatience = TimeSpan.FromMilliseconds(100));

        HealthReportEntry readiness = await ReadinessAsync(
            host.Services, readiness => readiness.Description!.Contains("cannot read orders", StringComparison.Ordinal));

        Assert.Equal(HealthStatus.Unhealthy, readiness.Status);
    }

    [Fact]
    public async Task Checks_WithAHandlerThatDoesNotEnd_FailBoth()
    {
        await using TestBroker broker = await ConsumerHost.StartBrokerAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ConsumerHost host = await ConsumerHost.StartAsync(
            broker,
            consumer => consumer.Configure(options => options with { MaxPollInterval = TimeSpan.FromSeconds(1) }),
            orders => orders.OnTry = (_, _) => new ValueTask(release.Task),
            health =>
            {
                health.AssignmentPatience = TimeSpan.FromMilliseconds(100);
                health.HandlerTimeMax = TimeSpan.FromSeconds(1);
            });
        await host.ProduceAsync("a", "1");
        await host.Orders.NextAsync();

        HealthReport report;
        try
        {
            report = await ReportAsync(
                host.Services, report => report.Entries.Values.All(entry => entry.Status == HealthStatus.Unhealthy));
        }
        finally
        {
            release.SetResult();
        }

        Assert.Contains("orders-0 offset 0", report.Entries["logbroker-liveness"].Description, StringComparison.Ordinal);
        Assert.Contains("not in its group", report.Entries["logbroker-readiness"].Description, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> ReadinessAsync(IServiceProvider services, Predicate<HealthReportEntry> holds) =>
        (await ReportAsync(services, report => holds(report.Entries["logbroker-readiness"]))).Entries["logbroker-readiness"];

    /// <summary>The first report of which this holds.</summary>
    private static async Task<HealthReport> ReportAsync(IServiceProvider services, Predicate<HealthReport> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
            if (holds(report)) return report;
            string last = string.Join(' ', report.Entries.Values.Select(entry => $"{entry.Status}: {entry.Description}."));
            Assert.False(limit.IsCancellationRequested, $"This is not what was waited for: {last}");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
