using LogBroker.Protocol.Records;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LogBroker.Client.DependencyInjection.Tests;

/// <summary>Options from configuration and code, checked at the start; several clients side by side.</summary>
public sealed class ClientRegistrationTests
{
    [Fact]
    public void AddLogBroker_WithSection_TakesOptionsFromIt()
    {
        using ServiceProvider services = Provider(services => services.AddLogBroker(Section(
            ("BootstrapServers", "a:9092, b:9093"),
            ("ClientId", "orders"),
            ("RequestTimeout", "00:00:07"),
            ("MetadataRecovery", "None"),
            ("Tls:TargetHost", "kafka.example.org"),
            ("Sasl:Mechanism", "SCRAM-SHA-512"),
            ("Sasl:UserName", "alice"),
            ("Sasl:Password", "secret"))));

        ClientOptions options = services.GetRequiredService<IOptionsMonitor<ClientOptions>>().CurrentValue;

        Assert.Equal(["a:9092", "b:9093"], options.BootstrapServers);
        Assert.Equal("orders", options.ClientId);
        Assert.Equal(TimeSpan.FromSeconds(7), options.RequestTimeout);
        Assert.Equal(MetadataRecovery.None, options.MetadataRecovery);
        Assert.Equal("kafka.example.org", options.Tls!.TargetHost);
        Assert.NotNull(options.Sasl);
    }

    [Fact]
    public void AddLogBroker_WithListOfServers_TakesThem()
    {
        using ServiceProvider services = Provider(services => services.AddLogBroker(Section(
            ("BootstrapServers:0", "a:9092"), ("BootstrapServers:1", "b:9093"))));

        Assert.Equal(
            ["a:9092", "b:9093"], services.GetRequiredService<IOptionsMonitor<ClientOptions>>().CurrentValue.BootstrapServers);
    }

    [Fact]
    public void Configure_AfterBind_Wins()
    {
        using ServiceProvider services = Provider(services =>
        {
            services.AddSingleton(new Region("north"));
            services.AddLogBroker(Section(("BootstrapServers", "a:9092"), ("ClientId", "orders")))
                .Configure((provider, options) => options with
                {
                    ClientId = $"{options.ClientId}-{provider.GetRequiredService<Region>().Name}",
                });
        });

        Assert.Equal("orders-north", services.GetRequiredService<IOptionsMonitor<ClientOptions>>().CurrentValue.ClientId);
    }

    [Theory]
    [InlineData("RequestTimout", "00:00:07", "RequestTimout")]
    [InlineData("RequestTimeout", "soon", "LogBroker:RequestTimeout")]
    [InlineData("RequestTimeout", "-00:00:01", "RequestTimeout is -00:00:01")]
    [InlineData("Sasl:Mechanism", "GSSAPI", "SCRAM-SHA-512")]
    [InlineData("Sasl:Mechanism", "PLAIN", "Sasl:UserName is not set")]
    [InlineData("Tls:CertificateAuthorities", "/nowhere.pem", "/nowhere.pem")]
    [InlineData("Producer:Acks", "Leader", "EnableIdempotence needs Acks.All")]
    [InlineData("Producer:Lingr", "00:00:01", "Lingr")]
    public async Task StartAsync_WithWrongSetting_FailsAndNamesIt(string name, string value, string told)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogBroker(Section(("BootstrapServers", "a:9092"), (name, value)))
            .AddProducer<string, string>(producer => producer.Configure(options => options with { EnableIdempotence = true }));
        using IHost host = builder.Build();

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        Assert.Contains(told, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RetryInPlace:0", "00:10:00", "Use RetryLater for long delays")]
    [InlineData("RetryLater:0", "00:10:00", "Set Exhausted to GoesToDeadLetters")]
    [InlineData("Parallelism", "0", "Parallelism is 0")]
    [InlineData("OffsetReset", "first", "write earliest, latest")]
    [InlineData("Parallelsm", "8", "Parallelsm")]
    public async Task StartAsync_WithWrongSettingOfAGroup_FailsAndSaysWhatToDo(string name, string value, string told)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogBroker(Section(("BootstrapServers", "a:9092"), ($"Consumers:billing:{name}", value)))
            .AddConsumer<Consumers.OrderHandler, string, string>("orders", "billing");
        using IHost host = builder.Build();

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        Assert.Contains(told, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WithoutServers_SaysWhatToSet()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogBroker(Section());
        using IHost host = builder.Build();

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("name at least one broker", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddKeyedLogBroker_Twice_GivesTwoClients()
    {
        await using ServiceProvider services = Provider(services =>
        {
            services.AddLogBroker("main:9092");
            services.AddKeyedLogBroker("billing", "billing:9092").AddProducer<string, string>();
            services.AddKeyedLogBroker("audit", Section(("BootstrapServers", "audit:9092")));
        });

        Assert.NotSame(
            services.GetRequiredKeyedService<LogBrokerClient>("billing"), services.GetRequiredKeyedService<LogBrokerClient>("audit"));
        Assert.NotSame(services.GetRequiredService<LogBrokerClient>(), services.GetRequiredKeyedService<LogBrokerClient>("billing"));
        Assert.NotNull(services.GetKeyedService<Producer<string, string>>("billing"));
        Assert.Null(services.GetService<Producer<string, string>>());
        IOptionsMonitor<ClientOptions> options = services.GetRequiredService<IOptionsMonitor<ClientOptions>>();
        Assert.Equal(["audit:9092"], options.Get("audit").BootstrapServers);
    }

    [Fact]
    public void AddLogBroker_Twice_SaysHowToNameThem()
    {
        var services = new ServiceCollection();
        services.AddLogBroker("a:9092");

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => services.AddLogBroker("b:9092"));

        Assert.Contains("AddKeyedLogBroker", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddProducer_TakesTheClientsDefaultsThenItsOwn()
    {
        using ServiceProvider services = Provider(services => services
            .AddLogBroker(Section(("BootstrapServers", "a:9092"), ("Producer:Linger", "00:00:00.020"), ("Producer:Compression", "Zstd")))
            .AddProducer<string, string>(producer => producer.Configure(options => options with { Linger = TimeSpan.Zero })));

        ProducerOptions options = services.GetRequiredService<IOptionsMonitor<ProducerOptions>>().Get("Producer<String, String>");

        Assert.Equal(TimeSpan.Zero, options.Linger);
        Assert.Equal(CompressionType.Zstd, options.Compression);
    }

    private static ServiceProvider Provider(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider();
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"LogBroker:{setting.Name}", (string?)setting.Value)))
            .Build().GetSection("LogBroker");

    private sealed record Region(string Name);
}
