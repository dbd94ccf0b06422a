namespace LogBroker.Interop.Tests.Brokers;

/// <summary>What the environment says about a run of these tests.</summary>
internal static class InteropEnvironment
{
    /// <summary>Apache Kafka's folder (<c>KAFKA_HOME</c>), or null when the machine has none.</summary>
    public static string? KafkaHome => BrokerEnvironment.KafkaHome;

    /// <summary><c>LOGBROKER_INTEROP_TARGET=kafka</c> puts Apache Kafka in our broker's place, to prove the tests.</summary>
    public static bool TargetIsKafka { get; } = BrokerEnvironment.Read("LOGBROKER_INTEROP_TARGET") == "kafka";

    /// <summary><c>LOGBROKER_INTEROP_FULL=1</c>: the full counts (1,000,000 lines a codec, 20 kills).</summary>
    public static bool IsFull { get; } = BrokerEnvironment.Read("LOGBROKER_INTEROP_FULL") == "1";

    /// <summary><c>LOGBROKER_INTEROP_KEEP=1</c>: the brokers' data directories stay, to look into.</summary>
    public static bool KeepsData { get; } = BrokerEnvironment.Read("LOGBROKER_INTEROP_KEEP") == "1";

    /// <summary>The repository's root.</summary>
    public static string RepositoryRoot => BrokerEnvironment.RepositoryRoot;

    /// <summary>What <c>install</c> built and fetched.</summary>
    public static string InstalledDirectory { get; } = Path.Combine(RepositoryRoot, "artifacts", "interop");

    public static string ProjectDirectory { get; } =
        Path.Combine(RepositoryRoot, "tests", "LogBroker.Interop.Tests");
}
