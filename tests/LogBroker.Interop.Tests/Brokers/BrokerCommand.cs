using LogBroker.Interop.Tests.Processes;

namespace LogBroker.Interop.Tests.Brokers;

/// <summary>How the broker under test is started: ours, or Apache Kafka in its place.</summary>
internal static class BrokerCommand
{
    public static ProcessCommand For(string directory, BrokerPorts ports, IReadOnlyDictionary<string, string> settings) =>
        InteropEnvironment.TargetIsKafka ? Kafka(directory, ports, settings) : LogBroker(directory, ports, settings);

    private static ProcessCommand LogBroker(
        string directory, BrokerPorts ports, IReadOnlyDictionary<string, string> settings)
    {
        string[] own =
        [
            InteropEnvironment.ServerAssembly, "--data", directory,
            "--set", $"listeners=PLAINTEXT://127.0.0.1:{ports.Kafka}",
            "--set", $"http.listeners=http://127.0.0.1:{ports.Other}",
        ];
        IEnumerable<string> given = settings.SelectMany(pair => new[] { "--set", $"{pair.Key}={pair.Value}" });
        return new ProcessCommand("dotnet", [.. own, .. given]);
    }

    private static ProcessCommand Kafka(
        string directory, BrokerPorts ports, IReadOnlyDictionary<string, string> settings)
    {
        string home = InteropEnvironment.KafkaHome
            ?? throw new InvalidOperationException("LOGBROKER_INTEROP_TARGET=kafka needs KAFKA_HOME");
        string[] given = [.. settings.Where(pair => !pair.Key.StartsWith("log.sync.", StringComparison.Ordinal))
            .Select(pair => $"{pair.Key}={pair.Value}")];
        return new ProcessCommand(Path.Combine(home, "bin", "start-single"), [directory, $"{ports.Kafka}", .. given])
        {
            Environment = new Dictionary<string, string> { ["KAFKA_HEAP_OPTS"] = "-Xmx640M" },
        };
    }
}
