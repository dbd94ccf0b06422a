using System.Collections.Immutable;
using LogBroker.Coordination.Runtime;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>A decision in the making: the records so far and the group as it will be when they are replayed.</summary>
/// <remarks>Of one command; thrown away when the command is refused.</remarks>
internal sealed class ConsumerGroupDraft(string groupId, ConsumerGroupState state)
{
    private readonly ImmutableArray<CoordinatorRecord>.Builder _records = ImmutableArray.CreateBuilder<CoordinatorRecord>();

    public string GroupId => groupId;

    public ConsumerGroupState State { get; private set; } = state;

    public ImmutableArray<CoordinatorRecord> Records => _records.ToImmutable();

    public void Write(CoordinatorRecord record)
    {
        _records.Add(record);
        State = State.Apply(record);
    }

    public void Write(IEnumerable<CoordinatorRecord> records)
    {
        foreach (var record in records) Write(record);
    }

    /// <summary>Keeps what the member says of itself, if it is news.</summary>
    public ConsumerGroupMember Write(ConsumerGroupMember member, MemberSubscription subscription)
    {
        if (subscription == member.Subscription) return member;
        Write(ConsumerGroupRecords.Subscription(GroupId, member.MemberId, subscription));
        return member with { Subscription = subscription };
    }

    /// <summary>Keeps where the member is, if it is news.</summary>
    public ConsumerGroupMember Write(ConsumerGroupMember member, MemberAssignment assignment)
    {
        if (assignment == member.Assignment) return member;
        Write(ConsumerGroupRecords.Assigned(GroupId, member.MemberId, assignment));
        return member with { Assignment = assignment };
    }

    /// <summary>Puts a static member that is back in the place of what it was before, with all it owned; it begins at epoch 0
    /// again.</summary>
    public ConsumerGroupMember Replace(ConsumerGroupMember old, string memberId)
    {
        var target = State.TargetOf(old.MemberId);
        var assignment = old.Assignment with { Epoch = MemberEpochs.Joining, PreviousEpoch = MemberEpochs.Joining };
        Write(ConsumerGroupRecords.NoMember(GroupId, old.MemberId));
        Write(ConsumerGroupRecords.Subscription(GroupId, memberId, old.Subscription));
        Write(ConsumerGroupRecords.Target(GroupId, memberId, target));
        Write(ConsumerGroupRecords.Assigned(GroupId, memberId, assignment));
        return new ConsumerGroupMember(memberId, old.Subscription, assignment);
    }
}
