using LogBroker.Coordination.Groups.Topics;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Turns a consumer group into a classic one, when the last member is gone that spoke the new protocol.</summary>
internal static class Downgrade
{
    /// <param name="state">The group with those who stay.</param>
    /// <param name="settings">Say whether and up to which size.</param>
    public static bool IsDue(ConsumerGroupState state, ConsumerGroupSettings settings) =>
        !state.Members.IsEmpty && state.Members.Values.All(member => member.SpeaksClassic) &&
        settings.MigrationPolicy is MigrationPolicy.Downgrade or MigrationPolicy.Bidirectional &&
        state.Members.Count <= settings.ClassicSizeMax;

    /// <summary>The group as a classic group's record has it: each member with its target.</summary>
    public static GroupMetadataValue Record(ConsumerGroupState state, int generation, ITopicView topics, long timestamp)
    {
        var protocol = ChooseProtocol(state);
        var members = state.Members.Values.OrderBy(member => member.MemberId, StringComparer.Ordinal).ToArray();
        return new GroupMetadataValue
        {
            ProtocolType = EmbeddedProtocol.ProtocolType,
            Generation = generation,
            Protocol = protocol,
            Leader = members[0].MemberId,
            CurrentStateTimestamp = timestamp,
            Members = [.. members.Select(member => Member(member, state, protocol, topics))],
        };
    }

    private static GroupMetadataValue.MemberMetadata Member(
        ConsumerGroupMember member, ConsumerGroupState state, string protocol, ITopicView topics)
    {
        var classic = member.Subscription.Classic!;
        var metadata = classic.Protocols.First(offered => offered.Name == protocol).Metadata;
        return new GroupMetadataValue.MemberMetadata
        {
            MemberId = member.MemberId,
            GroupInstanceId = member.Subscription.InstanceId,
            ClientId = member.Subscription.ClientId,
            ClientHost = member.Subscription.ClientHost,
            RebalanceTimeout = (int)member.Subscription.RebalanceTimeout.TotalMilliseconds,
            SessionTimeout = (int)classic.SessionTimeout.TotalMilliseconds,
            Subscription = metadata,
            Assignment = EmbeddedProtocol.WriteAssignment(state.TargetOf(member.MemberId), metadata, topics),
        };
    }

    /// <summary>The protocol that most members prefer among those that all offer; there is one, or they had not been let in.
    /// </summary>
    private static string ChooseProtocol(ConsumerGroupState state)
    {
        var offers = state.Members.Values.Select(
            member => member.Subscription.Classic!.Protocols.Select(offered => offered.Name).ToArray()).ToArray();
        var common = offers.Aggregate((IEnumerable<string>)offers[0], (names, other) => names.Intersect(other)).ToHashSet();
        return offers.GroupBy(names => names.First(common.Contains), StringComparer.Ordinal)
            .OrderByDescending(votes => votes.Count())
            .ThenBy(votes => votes.Key, StringComparer.Ordinal)
            .First().Key;
    }
}
