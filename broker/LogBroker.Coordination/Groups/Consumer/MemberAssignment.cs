using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>How far a member is on its way to its target, numbered as in the records.</summary>
internal enum MemberState : sbyte
{
    /// <summary>It owns what its epoch's target says.</summary>
    Stable = 0,

    /// <summary>It has to give up partitions before it may go on.</summary>
    UnrevokedPartitions = 1,

    /// <summary>It waits for partitions that others have to give up.</summary>
    UnreleasedPartitions = 2,

    /// <summary>Written by a newer broker.</summary>
    Unknown = 127,
}

/// <summary>What a member owns and at which epoch: the content of its ConsumerGroupCurrentMemberAssignment record. Immutable.
/// </summary>
/// <param name="Epoch">At least 0; <see cref="Consumer.MemberEpochs.LeftForNow"/> of a static member that is away.</param>
/// <param name="PreviousEpoch">The one before: a heartbeat with it may be a repetition.</param>
/// <param name="State">See there.</param>
/// <param name="Assigned">What it owns or is to take over now.</param>
/// <param name="PendingRevocation">What it is to give up; nobody else gets it before it did.</param>
internal sealed record MemberAssignment(
    int Epoch, int PreviousEpoch, MemberState State, OwnedPartitions Assigned, OwnedPartitions PendingRevocation)
{
    /// <summary>Of one that has just come.</summary>
    public static readonly MemberAssignment Empty = new(0, -1, MemberState.Stable, OwnedPartitions.None, OwnedPartitions.None);

    public static MemberAssignment Of(ConsumerGroupCurrentMemberAssignmentValue value) => new(
        value.MemberEpoch,
        value.PreviousMemberEpoch,
        value.State is >= 0 and <= (sbyte)MemberState.UnreleasedPartitions ? (MemberState)value.State : MemberState.Unknown,
        OwnedPartitions.Of(value.AssignedPartitions),
        OwnedPartitions.Of(value.PartitionsPendingRevocation));

    public bool IsReconciledTo(int targetEpoch) => State == MemberState.Stable && Epoch == targetEpoch;

    /// <summary>The same at the given epoch. The present one becomes the previous one even where they are equal: the member has
    /// shown by then that it knows it.</summary>
    public MemberAssignment At(int epoch) => this with { Epoch = epoch, PreviousEpoch = Epoch };

    public ConsumerGroupCurrentMemberAssignmentValue ToRecord() => new()
    {
        MemberEpoch = Epoch,
        PreviousMemberEpoch = PreviousEpoch,
        State = (sbyte)State,
        AssignedPartitions = Assigned.ToRecord(),
        PartitionsPendingRevocation = PendingRevocation.ToRecord(),
    };
}

/// <summary>Epochs with a meaning of their own (KIP-848).</summary>
internal static class MemberEpochs
{
    /// <summary>In a heartbeat: joins.</summary>
    public const int Joining = 0;

    /// <summary>In a heartbeat: leaves.</summary>
    public const int Left = -1;

    /// <summary>In a heartbeat: a static member leaves and will be back.</summary>
    public const int LeftForNow = -2;
}

/// <summary>A member of a consumer group. Immutable.</summary>
internal sealed record ConsumerGroupMember(string MemberId, MemberSubscription Subscription, MemberAssignment Assignment)
{
    public bool SpeaksClassic => Subscription.Classic is not null;
}
