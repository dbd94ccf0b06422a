using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Runtime;

/// <summary>One of Kafka's own records of a coordinator's topic: what a state machine decides and replays.</summary>
/// <param name="Type">The number in front of the key that tells the record's type (<c>RecordType</c> of the key's class).</param>
/// <param name="Key">What the record is about; a later record with the same key replaces it.</param>
/// <param name="Value">Null: a tombstone.</param>
/// <param name="ValueVersion">The version the value is written in; 0 for a tombstone.</param>
public sealed record CoordinatorRecord(short Type, IMessage Key, IMessage? Value, short ValueVersion)
{
    public static CoordinatorRecord Tombstone(short type, IMessage key) => new(type, key, null, 0);
}
