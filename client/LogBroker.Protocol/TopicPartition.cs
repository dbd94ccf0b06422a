namespace LogBroker.Protocol;

/// <summary>One partition of a topic, by name; written <c>topic-partition</c> as Kafka names its folders.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}-{Partition}";
}
