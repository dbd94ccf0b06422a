using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>Gives each member one run of neighbouring partitions of every topic, so that partition n of topics that belong
/// together goes to the same member.</summary>
internal sealed class RangeAssignor : IPartitionAssignor
{
    public string Name => "range";

    public bool IsCooperative => false;

    public byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation) => null;

    public (ImmutableArray<TopicPartition> Owned, int Generation) ReadOwned(ConsumerProtocolSubscription subscription) =>
        ([], -1);

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<GroupMember> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var assigned = members.ToDictionary(member => member.MemberId, _ => new List<TopicPartition>());
        foreach (var (topic, count) in partitionCounts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var subscribed = members.Where(member => member.Topics.Contains(topic)).ToList();
            if (subscribed.Count == 0) continue;
            subscribed.Sort(GroupMember.Compare);
            int share = count / subscribed.Count;
            int longer = count % subscribed.Count;
            int next = 0;
            for (int index = 0; index < subscribed.Count; index++)
            {
                int end = next + share + (index < longer ? 1 : 0);
                for (; next < end; next++) assigned[subscribed[index].MemberId].Add(new TopicPartition(topic, next));
            }
        }
        return assigned;
    }
}
