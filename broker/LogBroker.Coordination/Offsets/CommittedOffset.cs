namespace LogBroker.Coordination.Offsets;

/// <summary>A group's saved position in one partition.</summary>
/// <param name="Offset">The next offset to be read.</param>
/// <param name="LeaderEpoch">The epoch of the record before it; -1 = not known.</param>
/// <param name="Metadata">The client's own note; never null.</param>
/// <param name="CommitTimestamp">When, in milliseconds since the Unix epoch.</param>
/// <param name="ExpireTimestamp">When it ends, as old clients may say; -1 = by the broker's retention.</param>
/// <param name="TopicId">The id of the topic at that time; empty = not known.</param>
public readonly record struct CommittedOffset(
    long Offset, int LeaderEpoch, string Metadata, long CommitTimestamp, long ExpireTimestamp, Guid TopicId);
