using LogBroker.Server.Http;
using LogBroker.Server.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace LogBroker.Server.Hosting;

/// <summary>A broker in this process: its ports, its services, its start and stop.</summary>
/// <remarks>Made by <see cref="Create"/>, started once, disposed once; its owner calls one method at a time. It serves whatever <see cref="ConnectionHandler"/>
/// is registered, after every registered <see cref="IBrokerLifecycle"/> has loaded.</remarks>
public sealed class BrokerHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private bool _isStarted;

    private BrokerHost(WebApplication application) => _application = application;

    /// <summary>The doors, with their real ports, once started.</summary>
    public BoundListeners Listeners => Services.GetRequiredService<ListenerBindings>().Bound;

    /// <summary>The broker's services.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Puts a broker together without starting anything.</summary>
    /// <param name="options">What it was told.</param>
    /// <param name="configure">Adds or replaces services: a test's clock, disk or log.</param>
    public static BrokerHost Create(BrokerOptions options, Action<IServiceCollection>? configure = null)
    {
        // The empty builder reads no appsettings.json and no ASPNETCORE_ variables: the broker's settings are the only ones.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "LogBroker",
            ContentRootPath = AppContext.BaseDirectory,
        });
        AddLogging(builder.Logging, options.LogLevel);
        // Before our own services: the last registration of a service is the one that is used.
        builder.WebHost.UseKestrelCore();
        AddServices(builder.Services, options);
        builder.Services.AddLogBroker(options);
        configure?.Invoke(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ApplicationServices.GetRequiredService<ListenerBindings>().Declare(kestrel);
        });
        WebApplication application = builder.Build();
        application.MapOperatorEndpoints();
        return new BrokerHost(application);
    }

    /// <summary>Binds the ports and loads the data; the broker is ready when this completes.</summary>
    /// <exception cref="StartFailedException">A port cannot be bound or the data cannot be loaded.</exception>
    public Task StartAsync(CancellationToken cancelled = default)
    {
        _isStarted = true;
        return _application.StartAsync(cancelled);
    }

    /// <summary>Completes when the process is told to stop and the broker has stopped.</summary>
    public async Task WaitForShutdownAsync()
    {
        await _application.WaitForShutdownAsync();
        _isStarted = false;
    }

    /// <summary>Closes connections, then the data, cleanly. Also after a start that failed; a second time does nothing.</summary>
    public async Task StopAsync(CancellationToken cancelled = default)
    {
        if (!_isStarted)
            return;
        _isStarted = false;
        await _application.StopAsync(cancelled);
    }

    /// <summary>Stops what still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _application.DisposeAsync();
    }

    private static void AddLogging(ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", level < LogLevel.Information ? level : LogLevel.Warning);
        // A failed start is told in one sentence by whoever starts the host, not in a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
    }

    private static void AddServices(IServiceCollection services, BrokerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(options.Connections);
        services.AddSingleton<BrokerReadiness>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton<LimitReports>();
        services.AddSingleton<ConnectionBounds>();
        services.AddSingleton<AcceptPace>();
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<ListenerBindings>();
        services.AddSingleton<MetricsSnapshot>();
        services.AddHostedService<BrokerLoader>();
        services.AddSingleton<IConnectionListenerFactory, BrokerListenerFactory>();
        services.AddSingleton<IMemoryPoolFactory<byte>>(provider =>
            new BlockPoolFactory(provider.GetRequiredService<TimeProvider>(), BlockPoolFactory.DefaultBlockBytes));
        services.AddMetrics();
        services.AddRoutingCore();
        services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.Backlog = options.Connections.ListenBacklog;
            sockets.MaxReadBufferSize = options.Connections.BufferedBytesMax;
            sockets.CreateBoundListenSocket = endpoint => BrokerListenerFactory.BindSocket(endpoint, options.Connections);
        });
    }
}
