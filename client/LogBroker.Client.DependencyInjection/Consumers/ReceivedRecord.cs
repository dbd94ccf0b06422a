using LogBroker.Protocol.Records;

namespace LogBroker.Client.DependencyInjection;

/// <summary>A record for a handler. One that is tried again looks as it did the first time, but for <see cref="Attempt"/>. Tests may
/// make one as they like.</summary>
/// <typeparam name="TKey">The key's type.</typeparam>
/// <typeparam name="TValue">The value's type.</typeparam>
/// <param name="Topic">The topic it was written to.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
public sealed record ReceivedRecord<TKey, TValue>(string Topic, TKey Key, TValue Value)
{
    /// <summary>The partition it was written to.</summary>
    public int Partition { get; init; }

    /// <summary>Its number in that partition. Together with topic and partition it names the record for good: what has done its work on
    /// it can be recognized.</summary>
    public long Offset { get; init; }

    /// <summary>When it happened, or was written.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Its headers in their order, without those that retries add; keys may repeat. Of a topic of dead letters they tell why those
    /// failed (<see cref="FailureHeaders"/>).</summary>
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];

    /// <summary>Which try this is, from 1.</summary>
    public int Attempt { get; init; } = 1;
}
