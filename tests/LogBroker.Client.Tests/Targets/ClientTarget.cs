using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Testing;
using LogBroker.Transport;

namespace LogBroker.Client.Tests.Targets;

/// <summary>What the client is tested against: our broker in this process, or Apache Kafka as a child process when
/// <c>LOGBROKER_CLIENT_TARGET=kafka</c>.</summary>
/// <remarks>Most tests use the <see cref="SharedAsync">shared one</see> and topics of their own, so that test classes run side by side;
/// a test that stops the broker, or wants settings, starts its own.</remarks>
public sealed class ClientTarget : IAsyncDisposable
{
    private static readonly Lazy<Task<ClientTarget>> Shared = new(StartSharedAsync);

    private static readonly (string Name, string Value)[] Always =
        [("auto.create.topics.enable", "false"), ("num.partitions", "2"), ("group.initial.rebalance.delay.ms", "0")];

    /// <summary>Apache Kafka looks for transactions whose time is up each ten seconds; tests do not wait that long.</summary>
    private static readonly (string Name, string Value)[] AlwaysOfKafka =
        [("transaction.abort.timed.out.transaction.cleanup.interval.ms", "100")];

    private readonly IBrokerTarget _target;

    private ClientTarget((string Name, string Value)[] settings, bool asProcess)
    {
        int port = LoopbackPort.FindFree();
        (string, string)[] all = [.. Always.Concat(IsKafka ? AlwaysOfKafka : []).Concat(settings).GroupBy(setting => setting.Item1).Select(same => same.Last())];
        _target = asProcess || IsKafka ? new ProcessTarget(port, IsKafka, all) : new LogBrokerTarget(port, all);
    }

    /// <summary>Whether Apache Kafka is tested against.</summary>
    public static bool IsKafka => ClientEnvironment.TargetIsKafka;

    /// <summary>Where it listens; the same after a restart.</summary>
    public int Port => _target.Port;

    /// <summary>Its address for clients.</summary>
    public string Bootstrap => $"127.0.0.1:{Port}";

    /// <summary>Our broker itself, for what only it can do.</summary>
    public TestBroker Broker => ((LogBrokerTarget)_target).Broker;

    /// <summary>The broker all tests share; it ends with the process.</summary>
    public static Task<ClientTarget> SharedAsync() => Shared.Value;

    /// <summary>A broker of the test's own.</summary>
    public static Task<ClientTarget> StartAsync(params (string Name, string Value)[] settings) =>
        StartAsync(new ClientTarget(settings, asProcess: false));

    /// <summary>A broker of the test's own, in a process that can be killed.</summary>
    public static Task<ClientTarget> StartProcessAsync(params (string Name, string Value)[] settings) =>
        StartAsync(new ClientTarget(settings, asProcess: true));

    /// <summary>A name no other test uses.</summary>
    public static string NewName(string purpose) => $"{purpose}-{Guid.NewGuid():N}"[..(purpose.Length + 9)];

    /// <summary>A client of it.</summary>
    public LogBrokerClient NewClient(Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = new ClientOptions { BootstrapServers = [Bootstrap] };
        return new LogBrokerClient(change is null ? options : change(options));
    }

    /// <summary>Creates a topic of a new name, by no code under test, and waits until it can be written to.</summary>
    public async Task<string> CreateTopicAsync(string purpose, int partitions = 1, params (string Name, string Value)[] configs)
    {
        string topic = NewName(purpose);
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", Port);
        var created = await channel.SendAsync(NewTopic(topic, partitions, configs), 7);
        Assert.Equal(ErrorCode.None, created.Topics[0].ErrorCode);
        var asked = new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var known = (await channel.SendAsync(asked, 12)).Topics[0];
            if (known.ErrorCode == ErrorCode.None && known.Partitions.Length == partitions
                && known.Partitions.All(partition => partition.LeaderId >= 0))
            {
                return topic;
            }
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Stops it cleanly; the data stays.</summary>
    public Task StopAsync() => _target.StopAsync();

    /// <summary>Starts it on the same data and port.</summary>
    public Task StartAgainAsync() => _target.StartAsync();

    /// <summary>Kills its process, as a crash would; only after <see cref="StartProcessAsync"/>.</summary>
    public Task KillAsync() => ((ProcessTarget)_target).KillAsync();

    /// <summary>Copies the data of a broker that is stopped, to be put back later.</summary>
    public DataCopy KeepData() => new(_target.DataDirectory);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private static async Task<ClientTarget> StartAsync(ClientTarget target)
    {
        try
        {
            await target._target.StartAsync();
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    private static CreateTopicsRequest NewTopic(string topic, int partitions, (string Name, string Value)[] configs) => new()
    {
        Topics =
        [
            new()
            {
                Name = topic,
                NumPartitions = partitions,
                ReplicationFactor = 1,
                Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
            },
        ],
        TimeoutMs = 30_000,
    };

    private static async Task<ClientTarget> StartSharedAsync()
    {
        var target = await StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => target.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return target;
    }
}
