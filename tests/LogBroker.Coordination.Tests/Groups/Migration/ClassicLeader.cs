using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Groups.Topics;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Migration;

/// <summary>What the leader of a classic group of consumers hands out: partitions in turn. A cooperative one gives nobody what
/// another still has.</summary>
internal static class ClassicLeader
{
    public static IEnumerable<SyncGroupRequest.SyncGroupRequestAssignment> Assign(
        IReadOnlyList<JoinGroupResponse.JoinGroupResponseMember> members, ITopicView topics, bool isCooperative)
    {
        var subscriptions = members.ToDictionary(
            member => member.MemberId,
            member => EmbeddedProtocol.TryReadSubscription(member.Metadata, out var told)
                ? told
                : throw new InvalidOperationException("A member's subscription cannot be read."));
        string[] ids = [.. subscriptions.Keys.Order(StringComparer.Ordinal)];
        var owners = new Dictionary<TopicIdPartition, string>();
        foreach ((string id, ConsumerProtocolSubscription told) in subscriptions)
        {
            foreach (TopicIdPartition owned in EmbeddedProtocol.IdsOf(
                told.OwnedPartitions.Select(topic => (topic.Topic, topic.Partitions.AsEnumerable())), topics))
            {
                owners.TryAdd(owned, id);
            }
        }

        var given = ids.ToDictionary(id => id, _ => new List<(string Topic, int Partition)>());
        int turn = 0;
        foreach (string name in topics.Names.Where(name => subscriptions.Values.Any(told => told.Topics.Contains(name))))
        {
            topics.TryGet(name, out GroupTopic? topic);
            for (int partition = 0; partition < topic!.PartitionCount; partition++)
            {
                string target = ids[turn++ % ids.Length];
                bool isHeld = isCooperative && owners.TryGetValue(new TopicIdPartition(topic.Id, partition), out string? owner) &&
                              owner != target;
                if (!isHeld) given[target].Add((name, partition));
            }
        }

        return given.Select(one => new SyncGroupRequest.SyncGroupRequestAssignment
        {
            MemberId = one.Key,
            Assignment = MigrationHarness.Embed(new ConsumerProtocolAssignment
            {
                AssignedPartitions =
                [
                    .. one.Value.GroupBy(partition => partition.Topic).Select(of => new ConsumerProtocolAssignment.TopicPartition
                    {
                        Topic = of.Key,
                        Partitions = [.. of.Select(partition => partition.Partition)],
                    }),
                ],
            }),
        });
    }
}
