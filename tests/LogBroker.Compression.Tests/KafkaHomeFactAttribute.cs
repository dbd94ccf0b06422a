namespace LogBroker.Compression.Tests;

/// <summary>A test that asks Apache Kafka's own classes; it runs where KAFKA_HOME names a Kafka.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaHomeFactAttribute : FactAttribute
{
    public KafkaHomeFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_HOME") is null) Skip = "KAFKA_HOME is not set.";
    }
}
