using LogBroker.Tests.Processes;

namespace LogBroker.Client.Tests.Targets;

/// <summary>A broker as a child process, ours or Apache Kafka, on a directory of its own.</summary>
internal sealed class ProcessTarget : IBrokerTarget
{
    private readonly string _directory = Directory.CreateTempSubdirectory("logbroker-client-broker-").FullName;
    private readonly BrokerProcess _process;

    public ProcessTarget(
        int port,
        bool isKafka,
        IEnumerable<(string Name, string Value)> settings,
        params IEnumerable<(string Name, string Value)> environment)
    {
        var ports = new BrokerPorts(port);
        var all = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        ProcessCommand command = isKafka
            ? BrokerCommand.Kafka(_directory, ports, all)
            : BrokerCommand.LogBroker(_directory, ports, all);
        var variables = new Dictionary<string, string>(command.Environment);
        foreach (var (name, value) in environment) variables[name] = value;
        _process = new BrokerProcess(command with { Environment = variables }, ports);
    }

    public int Port => _process.Port;

    public string DataDirectory => _directory;

    public Task StartAsync() => _process.StartAsync();

    public Task StopAsync() => _process.StopAsync();

    /// <summary>A crash: SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
