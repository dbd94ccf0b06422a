using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>All that a consumer group's records say. Immutable: a decision tries its records on a copy, replay puts them on the
/// group itself, and both go through <see cref="Apply"/>.</summary>
internal sealed record ConsumerGroupState
{
    /// <summary>Where a new group begins, as in Kafka 4.3: 0 is for members that join.</summary>
    private const int FirstEpoch = 1;

    private ConsumerGroupState()
    {
    }

    public static readonly ConsumerGroupState Empty = new();

    /// <summary>Grows when members, subscriptions or the subscribed topics change.</summary>
    public int Epoch { get; private init; } = FirstEpoch;

    /// <summary>Of the subscribed topics as they were at <see cref="Epoch"/>; 0 = none.</summary>
    public long MetadataHash { get; private init; }

    /// <summary>The group's epoch for which the targets were computed.</summary>
    public int AssignmentEpoch { get; private init; } = FirstEpoch;

    /// <summary>When they were computed, in milliseconds since the Unix epoch; 0 = never, or not known.</summary>
    public long AssignmentTimestamp { get; private init; }

    public ImmutableDictionary<string, ConsumerGroupMember> Members { get; private init; } =
        ImmutableDictionary.Create<string, ConsumerGroupMember>(StringComparer.Ordinal);

    /// <summary>Member ids of static members by instance id.</summary>
    public ImmutableDictionary<string, string> StaticMembers { get; private init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What each member is to own in the end, by member id.</summary>
    public ImmutableDictionary<string, Assignment> Targets { get; private init; } =
        ImmutableDictionary.Create<string, Assignment>(StringComparer.Ordinal);

    /// <summary>Who owns a partition, or has not given it up yet.</summary>
    public ImmutableDictionary<TopicIdPartition, string> Owners { get; private init; } =
        ImmutableDictionary<TopicIdPartition, string>.Empty;

    /// <summary>The topics that the members' regular expressions match, by expression.</summary>
    public ImmutableDictionary<string, ResolvedRegex> Regexes { get; private init; } =
        ImmutableDictionary.Create<string, ResolvedRegex>(StringComparer.Ordinal);

    public ConsumerGroupMember? Member(string memberId) => Members.GetValueOrDefault(memberId);

    public ConsumerGroupMember? StaticMember(string instanceId) =>
        StaticMembers.TryGetValue(instanceId, out var memberId) ? Member(memberId) : null;

    public Assignment TargetOf(string memberId) => Targets.GetValueOrDefault(memberId, Assignment.Empty);

    /// <summary>What the record leaves behind. Records may come without those before them, which compaction took away.</summary>
    public ConsumerGroupState Apply(CoordinatorRecord record) => (record.Key, record.Value) switch
    {
        (ConsumerGroupMetadataKey, var value) => WithEpoch((ConsumerGroupMetadataValue?)value),
        (ConsumerGroupMemberMetadataKey key, var value) =>
            WithSubscription(key.MemberId, (ConsumerGroupMemberMetadataValue?)value),
        (ConsumerGroupTargetAssignmentMetadataKey, var value) =>
            WithAssignmentEpoch((ConsumerGroupTargetAssignmentMetadataValue?)value),
        (ConsumerGroupTargetAssignmentMemberKey key, var value) =>
            WithTarget(key.MemberId, (ConsumerGroupTargetAssignmentMemberValue?)value),
        (ConsumerGroupCurrentMemberAssignmentKey key, var value) =>
            WithAssignment(key.MemberId, (ConsumerGroupCurrentMemberAssignmentValue?)value),
        (ConsumerGroupRegularExpressionKey key, var value) =>
            WithRegex(key.RegularExpression, (ConsumerGroupRegularExpressionValue?)value),
        // What Kafka 4.0 kept of the topics; the hash in the group's own record took its place.
        (ConsumerGroupPartitionMetadataKey, _) => this,
        _ => throw new ArgumentException($"{record.Key.GetType().Name} is no record of a consumer group.", nameof(record)),
    };

    private ConsumerGroupState WithEpoch(ConsumerGroupMetadataValue? value) =>
        this with { Epoch = value?.Epoch ?? FirstEpoch, MetadataHash = value?.MetadataHash ?? 0 };

    private ConsumerGroupState WithAssignmentEpoch(ConsumerGroupTargetAssignmentMetadataValue? value) =>
        this with { AssignmentEpoch = value?.AssignmentEpoch ?? FirstEpoch, AssignmentTimestamp = value?.AssignmentTimestamp ?? 0 };

    private ConsumerGroupState WithSubscription(string memberId, ConsumerGroupMemberMetadataValue? value)
    {
        var before = Member(memberId);
        if (value is null)
        {
            if (before is null) return this;
            return this with
            {
                Members = Members.Remove(memberId),
                StaticMembers = WithoutInstance(before),
                Owners = Disowned(before),
            };
        }

        var subscription = MemberSubscription.Of(value);
        var member = new ConsumerGroupMember(memberId, subscription, before?.Assignment ?? MemberAssignment.Empty);
        var staticMembers = before is null ? StaticMembers : WithoutInstance(before);
        if (subscription.InstanceId is { } instanceId) staticMembers = staticMembers.SetItem(instanceId, memberId);
        return this with { Members = Members.SetItem(memberId, member), StaticMembers = staticMembers };
    }

    private ConsumerGroupState WithTarget(string memberId, ConsumerGroupTargetAssignmentMemberValue? value) => this with
    {
        Targets = value is null
            ? Targets.Remove(memberId)
            : Targets.SetItem(memberId, ConsumerGroupRecords.ReadTarget(value)),
    };

    private ConsumerGroupState WithAssignment(string memberId, ConsumerGroupCurrentMemberAssignmentValue? value)
    {
        var before = Member(memberId);
        if (before is null && value is null) return this;
        before ??= new ConsumerGroupMember(memberId, MemberSubscription.Empty, MemberAssignment.Empty);
        var member = before with { Assignment = value is null ? MemberAssignment.Empty : MemberAssignment.Of(value) };
        var owners = Disowned(before).ToBuilder();
        foreach (var partition in member.Assignment.Assigned.Partitions) owners[partition] = memberId;
        foreach (var partition in member.Assignment.PendingRevocation.Partitions) owners[partition] = memberId;
        return this with { Members = Members.SetItem(memberId, member), Owners = owners.ToImmutable() };
    }

    private ConsumerGroupState WithRegex(string regex, ConsumerGroupRegularExpressionValue? value) => this with
    {
        Regexes = value is null ? Regexes.Remove(regex) : Regexes.SetItem(regex, ResolvedRegex.Of(value)),
    };

    private ImmutableDictionary<string, string> WithoutInstance(ConsumerGroupMember member) =>
        member.Subscription.InstanceId is { } instanceId &&
        StaticMembers.TryGetValue(instanceId, out var owner) && owner == member.MemberId
            ? StaticMembers.Remove(instanceId)
            : StaticMembers;

    private ImmutableDictionary<TopicIdPartition, string> Disowned(ConsumerGroupMember member)
    {
        var assignment = member.Assignment;
        if (assignment.Assigned.IsEmpty && assignment.PendingRevocation.IsEmpty) return Owners;
        return Owners.RemoveRange(assignment.Assigned.Partitions.Concat(assignment.PendingRevocation.Partitions)
            .Where(partition => Owners.TryGetValue(partition, out var owner) && owner == member.MemberId));
    }
}
