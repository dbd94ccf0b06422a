namespace LogBroker.Replication.Partitions;

/// <summary>The partitions of one topic, by index.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="TopicId">Its id; a topic created anew under the same name has another.</param>
/// <param name="ByIndex">All of them; null where this broker holds none, or the log cannot be opened.</param>
public sealed record TopicPartitions(string Name, Guid TopicId, Partition?[] ByIndex)
{
    /// <summary>The partition, or null when the index is out of range or not held here.</summary>
    public Partition? At(int index) => (uint)index < (uint)ByIndex.Length ? ByIndex[index] : null;
}
