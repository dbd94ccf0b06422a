using LogBroker.Protocol;

namespace LogBroker.Replication.Partitions;

/// <summary>An offset that was looked for, with its record's timestamp (-1 where none was asked) and leader epoch.</summary>
public readonly record struct OffsetAtTime(Offset Offset, long Timestamp, LeaderEpoch Epoch);
