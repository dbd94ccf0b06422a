using System.Collections.Immutable;

namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>Gives each member a run of neighbouring partitions of each topic it subscribes to.</summary>
/// <remarks>The members of a topic are taken in the same order for each topic, so members with the same subscription get the
/// same partition numbers of topics with as many partitions: records with the same key meet (co-partitioning). Runs depend on
/// the order of the members only, not on what they have.</remarks>
public sealed class RangeAssignor : IPartitionAssignor
{
    public string Name => "range";

    public ImmutableDictionary<string, Assignment> Assign(GroupSpec group)
    {
        var table = new PartitionTable(group);
        for (int topic = 0; topic < table.Topics.Length; topic++)
        {
            var id = table.TopicIds[topic];
            int[] subscribers = [.. Enumerable.Range(0, table.Members.Length).Where(IsSubscribed)];
            Share(table.OwnersOf(topic), subscribers);
            bool IsSubscribed(int member) => table.Members[member].Subscribed.Contains(id);
        }

        return table.ToAssignments();
    }

    private static void Share(Span<int> owners, int[] subscribers)
    {
        int partition = 0;
        for (int place = 0; place < subscribers.Length; place++)
        {
            int share = (owners.Length / subscribers.Length) + (place < owners.Length % subscribers.Length ? 1 : 0);
            owners.Slice(partition, share).Fill(subscribers[place]);
            partition += share;
        }
    }
}
