using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>Deals all partitions of all topics to the members in turn, passing over those not subscribed.</summary>
internal sealed class RoundRobinAssignor : IPartitionAssignor
{
    public string Name => "roundrobin";

    public bool IsCooperative => false;

    public byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation) => null;

    public (ImmutableArray<TopicPartition> Owned, int Generation) ReadOwned(ConsumerProtocolSubscription subscription) =>
        ([], -1);

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<GroupMember> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var assigned = members.ToDictionary(member => member.MemberId, _ => new List<TopicPartition>());
        var circle = members.ToList();
        circle.Sort(GroupMember.Compare);
        int turn = 0;
        foreach (var (topic, count) in partitionCounts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!circle.Exists(member => member.Topics.Contains(topic))) continue;
            for (int partition = 0; partition < count; partition++)
            {
                while (!circle[turn % circle.Count].Topics.Contains(topic)) turn++;
                assigned[circle[turn++ % circle.Count].MemberId].Add(new TopicPartition(topic, partition));
            }
        }
        return assigned;
    }
}
