using LogBroker.Protocol.Records;

namespace LogBroker.Client;

/// <summary>A record to be written.</summary>
/// <typeparam name="TKey">The key's type.</typeparam>
/// <typeparam name="TValue">The value's type.</typeparam>
/// <param name="Topic">Where it goes.</param>
/// <param name="Key">Decides on the partition unless <see cref="Partition"/> is set; may be null.</param>
/// <param name="Value">The content; null is a tombstone.</param>
public readonly record struct ProducerRecord<TKey, TValue>(string Topic, TKey Key, TValue Value)
{
    /// <summary>The partition; null leaves the choice to the partitioner.</summary>
    public int? Partition { get; init; }

    /// <summary>When it happened; null is the moment it is accepted.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Headers in their order; keys may repeat.</summary>
    public IReadOnlyList<RecordHeader>? Headers { get; init; }
}
