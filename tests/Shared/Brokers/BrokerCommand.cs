using LogBroker.Tests.Processes;

namespace LogBroker.Tests.Brokers;

/// <summary>How a broker is started as a process: ours, or Apache Kafka in its place.</summary>
internal static class BrokerCommand
{
    public static ProcessCommand LogBroker(
        string directory, BrokerPorts ports, IReadOnlyDictionary<string, string> settings)
    {
        string[] own =
        [
            BrokerEnvironment.ServerAssembly, "--data", directory,
            "--set", $"listeners=PLAINTEXT://127.0.0.1:{ports.Kafka}",
            "--set", $"http.listeners=http://127.0.0.1:{ports.Other}",
        ];
        IEnumerable<string> given = settings.SelectMany(pair => new[] { "--set", $"{pair.Key}={pair.Value}" });
        return new ProcessCommand("dotnet", [.. own, .. given]);
    }

    /// <summary>One KRaft broker and controller.</summary>
    public static ProcessCommand Kafka(
        string directory, BrokerPorts ports, IReadOnlyDictionary<string, string> settings)
    {
        string home = BrokerEnvironment.KafkaHome
            ?? throw new InvalidOperationException("Apache Kafka as the broker under test needs KAFKA_HOME");
        string[] given = [.. settings.Where(pair => !pair.Key.StartsWith("log.sync.", StringComparison.Ordinal))
            .Select(pair => $"{pair.Key}={pair.Value}")];
        return new ProcessCommand(Path.Combine(home, "bin", "start-single"), [directory, $"{ports.Kafka}", .. given])
        {
            Environment = new Dictionary<string, string> { ["KAFKA_HEAP_OPTS"] = "-Xmx640M", ["LOG_DIR"] = directory },
        };
    }
}
