using LogBroker.Tests.Processes;

namespace LogBroker.Client.Tests.Targets;

/// <summary>A broker as a child process, ours or Apache Kafka, on a directory of its own.</summary>
/// <remarks>The directory goes with the target; what a process left that was killed, the next one clears away.</remarks>
internal sealed class ProcessTarget : IBrokerTarget
{
    private const string DirectoryPrefix = "logbroker-client-broker-";

    private static readonly Lazy<int> Cleared = new(ClearLeftovers);

    private readonly string _directory =
        Directory.CreateTempSubdirectory($"{DirectoryPrefix}{Environment.ProcessId}-").FullName;
    private readonly BrokerProcess _process;

    public ProcessTarget(
        int port,
        bool isKafka,
        IEnumerable<(string Name, string Value)> settings,
        params IEnumerable<(string Name, string Value)> environment)
    {
        _ = Cleared.Value;
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

    /// <summary>Deletes the directories of processes that are no more.</summary>
    private static int ClearLeftovers()
    {
        int cleared = 0;
        foreach (string left in Directory.GetDirectories(Path.GetTempPath(), $"{DirectoryPrefix}*"))
        {
            string owner = Path.GetFileName(left)[DirectoryPrefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, out int id) || Directory.Exists($"/proc/{id}")) continue;
            Directory.Delete(left, recursive: true);
            cleared++;
        }
        return cleared;
    }
}
