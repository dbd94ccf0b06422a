using LogBroker.Protocol.Records;

namespace LogBroker.Client;

/// <summary>The part of a record that is serialized.</summary>
public enum RecordComponent
{
    /// <summary>The key.</summary>
    Key,

    /// <summary>The value.</summary>
    Value,
}

/// <summary>What a serializer or deserializer may want to know beside the bytes.</summary>
/// <param name="topic">The topic.</param>
/// <param name="component">Whether it is the key or the value.</param>
/// <param name="headers">The record's headers, as far as they are known.</param>
public readonly struct SerializationContext(
    string topic, RecordComponent component, IReadOnlyList<RecordHeader>? headers = null)
{
    /// <summary>The topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>Whether it is the key or the value.</summary>
    public RecordComponent Component { get; } = component;

    /// <summary>The record's headers; empty when there are none, or when they are not read yet.</summary>
    public IReadOnlyList<RecordHeader> Headers => headers ?? [];
}
