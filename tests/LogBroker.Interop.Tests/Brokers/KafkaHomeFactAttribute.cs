namespace LogBroker.Interop.Tests.Brokers;

/// <summary>A test that needs Apache Kafka's own clients or tools; skipped with the reason where KAFKA_HOME is not set.</summary>
internal sealed class KafkaHomeFactAttribute : FactAttribute
{
    public KafkaHomeFactAttribute()
    {
        if (InteropEnvironment.KafkaHome is null)
        {
            Skip = "KAFKA_HOME is not set: Apache Kafka's own clients and tools are not here";
        }
    }
}
