namespace LogBroker.Client.Tests.Targets;

/// <summary>A test of what only Apache Kafka offers so far; skipped unless the tests run against it.</summary>
internal sealed class KafkaOnlyFactAttribute : FactAttribute
{
    public KafkaOnlyFactAttribute()
    {
        if (!ClientEnvironment.TargetIsKafka) Skip = "needs Apache Kafka: LOGBROKER_CLIENT_TARGET=kafka and KAFKA_HOME";
    }
}

/// <summary>A test of what only our broker lets a test do; skipped when the tests run against Apache Kafka.</summary>
internal sealed class LogBrokerOnlyFactAttribute : FactAttribute
{
    public LogBrokerOnlyFactAttribute()
    {
        if (ClientEnvironment.TargetIsKafka) Skip = "needs our own broker in the test's process";
    }
}
