using System.Collections.Immutable;
using LogBroker.Client.Metadata;

namespace LogBroker.Client.Connections;

/// <summary>Which broker is asked first when any will do.</summary>
internal static class BrokerChoice
{
    /// <summary>How long one broker is waited for alone before another is asked as well.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Bootstrap servers in random order.</summary>
    public static int[] Shuffled(ImmutableArray<BrokerNode> bootstrap)
    {
        int[] nodes = new int[bootstrap.Length];
        for (int index = 0; index < nodes.Length; index++) nodes[index] = bootstrap[index].Id;
        Random.Shared.Shuffle(nodes);
        return nodes;
    }

    /// <summary>Those connected, the least busy first; then the others in random order; last those that failed lately.</summary>
    public static int[] InOrder(ClusterSnapshot snapshot, ConnectionPool pool)
    {
        int[] brokers = [.. snapshot.Brokers.Keys];
        if (brokers.Length <= 1) return brokers;
        Random.Shared.Shuffle(brokers);
        return [.. brokers.OrderBy(Rank)];

        int Rank(int nodeId)
        {
            if (pool.FindOpen(nodeId, ConnectionLane.Control) is { } open) return Math.Min(open.InFlight, int.MaxValue - 2);
            return pool.IsFailing(nodeId, ConnectionLane.Control) ? int.MaxValue : int.MaxValue - 1;
        }
    }
}
