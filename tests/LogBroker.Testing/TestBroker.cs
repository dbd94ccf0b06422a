using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;
using LogBroker.Server.Hosting;
using LogBroker.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Testing;

/// <summary>The real broker inside the test's process, on ports of its own and a temporary directory.</summary>
/// <remarks>Used by one test at a time. Disposing stops it and removes the directory.</remarks>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly (string Name, string Value)[] _settings;
    private BrokerHost? _host;
    private KafkaChannel? _channel;
    private BoundListeners? _bound;
    private HeldPorts? _held;

    private TestBroker((string Name, string Value)[] settings) => _settings = settings;

    /// <summary>Where its logs and catalogue are.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("logbroker-test-").FullName;

    /// <summary>What clients connect to: <c>127.0.0.1:PORT</c>, the same after a restart.</summary>
    public string BootstrapServers => $"127.0.0.1:{Port}";

    /// <summary>What it does wrong on purpose.</summary>
    public BrokerFaults Faults { get; } = new();

    /// <summary>The port of the Kafka protocol on 127.0.0.1.</summary>
    public int Port => Host.Listeners.Listeners[0].EndPoint.Port;

    /// <summary>The ports of all listeners of the Kafka protocol, in the order of the setting.</summary>
    public IReadOnlyList<int> Ports => [.. Host.Listeners.Listeners.Select(listener => listener.EndPoint.Port)];

    /// <summary>The port of HTTP on 127.0.0.1.</summary>
    public int HttpPort => Host.Listeners.Http[0].Port;

    /// <summary>A service of the running broker, for what has no other way to be looked at.</summary>
    public T Service<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    private BrokerHost Host => _host ?? throw new InvalidOperationException("The broker is stopped.");

    /// <summary>Starts a broker with these settings over the defaults.</summary>
    /// <param name="settings">Kafka's names of the settings and their values, as in the properties file.</param>
    /// <exception cref="SettingsException">A setting is unknown or has no such value.</exception>
    /// <exception cref="StartFailedException">A port is taken or the data cannot be loaded.</exception>
    public static async Task<TestBroker> StartAsync(params (string Name, string Value)[] settings)
    {
        var broker = new TestBroker(settings);
        try
        {
            await broker.StartAgainAsync();
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
        return broker;
    }

    /// <summary>Stops it cleanly; the data stays, and its ports are given to nobody else.</summary>
    public async Task StopAsync()
    {
        await HaltAsync();
        if (_bound is { } bound)
            _held ??= new HeldPorts([.. bound.Listeners.Select(listener => listener.EndPoint.Port), .. bound.Http.Select(address => address.Port)]);
    }

    /// <summary>Stops it cleanly, if it runs, and starts it on the same data and ports.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Creates a topic.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitions">How many partitions it has.</param>
    /// <param name="configs">Its own settings, by Kafka's names.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="InvalidOperationException">The broker refuses it, for the reason in the message.</exception>
    public async Task<Guid> CreateTopicAsync(string name, int partitions = 1, params (string Name, string Value)[] configs)
    {
        CreateTopicsResponse created = await SendAsync(new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = name,
                    NumPartitions = partitions,
                    ReplicationFactor = 1,
                    Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
                },
            ],
            TimeoutMs = 30_000,
        });
        CreateTopicsResponse.CreatableTopicResult result = created.Topics[0];
        return result.ErrorCode == ErrorCode.None
            ? result.TopicId
            : throw new InvalidOperationException($"Topic {name} was not created: {result.ErrorCode} {result.ErrorMessage}");
    }

    /// <summary>Has the coordinator of a group move away and come back, as when its broker fails: members are told that it is not
    /// here, look for it, and go on from what was committed.</summary>
    /// <exception cref="InvalidOperationException">There has been no group yet.</exception>
    public void MoveCoordinator(string groupId) => Service<BrokerLifecycle>().Broker.Groups.GiveUpAndTakeOver(groupId);

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
        try
        {
            await HaltAsync();
        }
        finally
        {
            _held?.Dispose();
            Directory.Delete(DataDirectory, recursive: true);
        }
    }

    private async Task HaltAsync()
    {
        if (_channel is not null) await _channel.DisposeAsync();
        _channel = null;
        if (_host is not { } host) return;
        _host = null;
        try
        {
            await host.StopAsync();
        }
        finally
        {
            await host.DisposeAsync();
        }
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
            .Select(setting => new BrokerSetting(
                setting.Item1, OnPortsOfBefore(setting.Item1, setting.Item2), SettingSource.Flag, "test")),
        ];
        BrokerSettings settings = BrokerSettings.Load(
            new BrokerSettingCatalogue(), [.. flags], ImmutableDictionary<string, string>.Empty.ToDictionary() as IDictionary, null);
        BrokerOptions options = BrokerOptionsReader.Read(settings);
        _host = BrokerHost.Create(options, services => services.AddSingleton<IRequestInterceptor>(new FaultInterceptor(Faults)));
        await _host.StartAsync();
        _bound = _host.Listeners;
        _held?.Dispose();
        _held = null;
    }

    /// <summary>After a restart listeners have the ports they had, whoever chose those.</summary>
    private string OnPortsOfBefore(string name, string value)
    {
        int[] ports = (name, _bound) switch
        {
            ("listeners", { } bound) => [.. bound.Listeners.Select(listener => listener.EndPoint.Port)],
            ("http.listeners", { } bound) => [.. bound.Http.Select(address => address.Port)],
            _ => [],
        };
        string[] listeners = value.Split(',');
        if (ports.Length != listeners.Length) return value;
        return string.Join(',', listeners.Zip(ports, (listener, port) =>
            string.Create(CultureInfo.InvariantCulture, $"{listener[..(listener.LastIndexOf(':') + 1)]}{port}")));
    }
}
