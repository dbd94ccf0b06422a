namespace LogBroker.Client.Tests.Targets;

/// <summary>What the environment says about a run of these tests.</summary>
internal static class ClientEnvironment
{
    /// <summary>Apache Kafka's folder (<c>KAFKA_HOME</c>), or null when the machine has none.</summary>
    public static string? KafkaHome => BrokerEnvironment.KafkaHome;

    /// <summary><c>LOGBROKER_CLIENT_TARGET=kafka</c> runs the same tests against Apache Kafka.</summary>
    public static bool TargetIsKafka { get; } = BrokerEnvironment.Read("LOGBROKER_CLIENT_TARGET") == "kafka";
}
