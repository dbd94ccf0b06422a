using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Hosting;
using LogBroker.Transport;

namespace LogBroker.Testing;

/// <summary>The real broker inside the test's process, on ports of its own and a temporary directory.</summary>
/// <remarks>Disposing stops it and removes the directory.</remarks>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly (string Name, string Value)[] _settings;
    private BrokerHost? _host;
    private KafkaChannel? _channel;

    private TestBroker((string Name, string Value)[] settings) => _settings = settings;

    /// <summary>Where its logs and catalogue are.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("logbroker-test-").FullName;

    /// <summary>The port of the Kafka protocol on 127.0.0.1; another one after each restart.</summary>
    public int Port => Host.Listeners.Listeners[0].EndPoint.Port;

    /// <summary>The ports of all listeners of the Kafka protocol, in the order of the setting.</summary>
    public IReadOnlyList<int> Ports => [.. Host.Listeners.Listeners.Select(listener => listener.EndPoint.Port)];

    /// <summary>The port of HTTP on 127.0.0.1.</summary>
    public int HttpPort => Host.Listeners.Http[0].Port;

    /// <summary>A service of the running broker.</summary>
    public T Service<T>()
        where T : notnull => (T)Host.Services.GetService(typeof(T))!;

    private BrokerHost Host => _host ?? throw new InvalidOperationException("The broker is stopped.");

    /// <summary>Starts a broker with these settings over the defaults.</summary>
    public static async Task<TestBroker> StartAsync(params (string Name, string Value)[] settings)
    {
        var broker = new TestBroker(settings);
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>Stops it cleanly; the data stays.</summary>
    public async Task StopAsync()
    {
        if (_channel is not null) await _channel.DisposeAsync();
        _channel = null;
        if (_host is null) return;
        await _host.StopAsync();
        await _host.DisposeAsync();
        _host = null;
    }

    /// <summary>Stops it cleanly, if it runs, and starts it on the same data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>A connection of its own, for what happens on one connection.</summary>
    public Task<KafkaChannel> ConnectAsync() => KafkaChannel.ConnectAsync("127.0.0.1", Port);

    /// <summary>What it tells operators at a path of its HTTP port, whatever the status.</summary>
    public async Task<string> ReadHttpAsync(string path)
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync($"http://127.0.0.1:{HttpPort}{path}");
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The value of a series of /metrics, written as there: <c>name{label="value"}</c>; 0 when it is not there.</summary>
    public async Task<double> ReadMetricAsync(string series)
    {
        string line = (await ReadHttpAsync("/metrics")).Split('\n')
            .FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) ?? "- 0";
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Sends a request, in its highest version unless told otherwise, over a connection that is kept.</summary>
    public async Task<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, short? version = null)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        _channel ??= await ConnectAsync();
        return await _channel.SendAsync(request, version ?? ApiCatalog.Find(request.ApiKey)!.HighestStable);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task StartAgainAsync()
    {
        BrokerSetting[] flags =
        [
            .. new[]
            {
                ("listeners", "PLAINTEXT://127.0.0.1:0"),
                ("http.listeners", "http://127.0.0.1:0"),
                ("log.dirs", DataDirectory),
                ("log.level", "warn"),
            }
            .Concat(_settings)
            .Select(setting => new BrokerSetting(setting.Item1, setting.Item2, SettingSource.Flag, "test")),
        ];
        BrokerSettings settings = BrokerSettings.Load(
            new BrokerSettingCatalogue(), [.. flags], ImmutableDictionary<string, string>.Empty.ToDictionary() as IDictionary, null);
        BrokerOptions options = BrokerOptionsReader.Read(settings);
        _host = BrokerHost.Create(options);
        await _host.StartAsync();
    }
}
