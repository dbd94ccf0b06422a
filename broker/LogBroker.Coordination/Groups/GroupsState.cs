using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Coordination.Groups;

/// <summary>All that one partition of <c>__consumer_offsets</c> tells: groups of all kinds and their offsets.</summary>
/// <remarks>Here the kinds meet: one registry of groups, one queue of deadlines, one stream of records. The commands are in the
/// parts.</remarks>
public sealed class GroupsState : ICoordinatorState
{
    /// <summary>All the types of records that are understood.</summary>
    public static readonly CoordinatorRecordCodec Codec = new CoordinatorRecordCodec()
        .With<OffsetCommitKey, OffsetCommitValue>(OffsetCommitKey.RecordType)
        .With<LegacyOffsetCommitKey, LegacyOffsetCommitValue>(LegacyOffsetCommitKey.RecordType)
        .With<GroupMetadataKey, GroupMetadataValue>(GroupMetadataKey.RecordType);

    private readonly Deadlines _deadlines = new();

    public GroupsState(GroupsEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
    }

    public GroupRegistry Groups { get; } = new();

    public DateTimeOffset? NextDeadline => _deadlines.Next;

    public void Replay(CoordinatorRecord record)
    {
    }

    public bool TryReplay(short type, ReadOnlySpan<byte> key, NullableBytes value) => false;

    public Decision<Nothing> OnLoaded(DateTimeOffset now) => default;

    public Decision<Nothing>? Tick(DateTimeOffset now) => _deadlines.TakeDue(now)?.Decide(now);
}
