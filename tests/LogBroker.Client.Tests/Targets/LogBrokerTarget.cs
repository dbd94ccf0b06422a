using LogBroker.Testing;

namespace LogBroker.Client.Tests.Targets;

/// <summary>Our broker in the test's process.</summary>
/// <param name="port">Where it listens; HTTP is at the next.</param>
/// <param name="settings">By Kafka's names.</param>
internal sealed class LogBrokerTarget(int port, (string Name, string Value)[] settings) : IBrokerTarget
{
    private TestBroker? _broker;

    public int Port { get; } = port;

    /// <summary>The broker itself, for what only it can do.</summary>
    public TestBroker Broker => _broker ?? throw new InvalidOperationException("The broker was not started.");

    public string DataDirectory => Broker.DataDirectory;

    public async Task StartAsync()
    {
        if (_broker is null) _broker = await TestBroker.StartAsync(
            [("listeners", $"PLAINTEXT://127.0.0.1:{Port}"), ("http.listeners", $"http://127.0.0.1:{Port + 1}"), .. settings]);
        else await _broker.RestartAsync();
    }

    public Task StopAsync() => Broker.StopAsync();

    public ValueTask DisposeAsync() => _broker?.DisposeAsync() ?? ValueTask.CompletedTask;
}
