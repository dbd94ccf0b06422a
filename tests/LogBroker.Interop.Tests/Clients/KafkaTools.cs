using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Clients;

/// <summary>Apache Kafka's command-line tools and classes, from KAFKA_HOME.</summary>
internal static class KafkaTools
{
    // The first compiler tier and the classes' archive that `install` made: a tool lives for a second.
    private static readonly Dictionary<string, string> ShortLived = new()
    {
        ["KAFKA_HEAP_OPTS"] = "-Xmx256M",
        ["KAFKA_OPTS"] =
            $"-XX:TieredStopAtLevel=1 -Xshare:auto -Xlog:cds=off -XX:SharedArchiveFile={Installed("java.jsa")}",
        ["CLASSPATH"] = Installed("java.jar"),
    };

    /// <summary>A script of <c>bin/</c>, such as <c>kafka-topics.sh</c>.</summary>
    public static ProcessCommand Tool(string script, params IReadOnlyList<string> arguments) =>
        new(Path.Combine(Home, "bin", script), arguments) { Environment = ShortLived };

    /// <summary>A Java class, Kafka's or one that <c>install</c> compiled.</summary>
    public static ProcessCommand Class(string name, params IReadOnlyList<string> arguments) =>
        Tool("kafka-run-class.sh", [name, .. arguments]);

    private static string Installed(string file) => Path.Combine(InteropEnvironment.InstalledDirectory, file);

    private static string Home => InteropEnvironment.KafkaHome ?? throw new InvalidOperationException("no KAFKA_HOME");
}
