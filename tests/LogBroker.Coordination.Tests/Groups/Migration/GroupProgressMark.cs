using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Tests.Groups.Consumer;

namespace LogBroker.Coordination.Tests.Groups.Migration;

/// <summary>How far a group is, whichever its protocol: generation or epoch.</summary>
internal readonly record struct GroupProgressMark(GroupType? Type, int Epoch, bool IsEmpty)
{
    public static readonly GroupProgressMark None = new(null, 0, IsEmpty: true);

    public static GroupProgressMark Of(IGroup? group) => group switch
    {
        ClassicGroup classic => new(GroupType.Classic, classic.Generation, classic.IsEmpty),
        ConsumerGroup consumer => new(GroupType.Consumer, consumer.State.Epoch, consumer.IsEmpty),
        _ => None,
    };

    /// <summary>A group that has members never goes back, on whichever way it takes; one without may begin anew as the other kind.
    /// </summary>
    public bool Follows(GroupProgressMark before) =>
        before.Type is null || (before.IsEmpty && before.Type != Type) || (before.IsEmpty && Type is null) || Epoch >= before.Epoch;

    /// <param name="generation">That a member of a classic group has to have. A classic member of a consumer group may be behind by
    /// the answer that it lost; by more it was fenced when the group changed its kind and back.</param>
    public static bool HasMember(IGroup? group, string memberId, int generation) => group switch
    {
        ClassicGroup classic => classic.Find(memberId) is not null && classic.Generation == generation,
        ConsumerGroup consumer => consumer.State.Members.TryGetValue(memberId, out var member) &&
            (!member.SpeaksClassic || generation == member.Assignment.Epoch || generation == member.Assignment.PreviousEpoch),
        _ => false,
    };

    /// <summary>What a replay must bring back; null where that is not known: a generation of a classic group that its leader has not
    /// synced is soft.</summary>
    public static string? TextOf(IGroup? group) => group switch
    {
        ConsumerGroup consumer => StateText.Of(consumer.State),
        ClassicGroup { Phase: ClassicGroupPhase.Stable } classic =>
            $"{classic.Generation} {classic.Protocol} {classic.LeaderId} " + string.Join(' ', classic.Members
                .OrderBy(member => member.MemberId, StringComparer.Ordinal)
                .Select(member => $"{member.MemberId}:{member.GroupInstanceId}:{Convert.ToHexString(member.Assignment.Span)}")),
        _ => null,
    };
}
