namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>The uniform assignment where members subscribe to different topics.</summary>
/// <remarks>When it is done, no single partition can move to another subscriber of its topic so that the two come nearer to each
/// other. Partitions move only for that.</remarks>
internal sealed class LevelledShares(PartitionTable table)
{
    private readonly int[] _load = new int[table.Members.Length];
    private readonly int[][] _subscribers =
    [
        .. table.TopicIds.Select(id => Enumerable.Range(0, table.Members.Length)
            .Where(member => table.Members[member].Subscribed.Contains(id)).ToArray()),
    ];

    public void Assign()
    {
        foreach (int owner in table.Owners)
        {
            if (owner != PartitionTable.Nobody) _load[owner]++;
        }

        // Topics with the most partitions for each subscriber first, then those with the fewest subscribers: what leaves the
        // least choice is placed while there is most freedom.
        int[] order =
        [
            .. Enumerable.Range(0, table.Topics.Length)
                .OrderByDescending(topic => (double)table.Topics[topic].Partitions / _subscribers[topic].Length)
                .ThenBy(topic => _subscribers[topic].Length)
                .ThenBy(topic => topic),
        ];
        foreach (int topic in order) PlaceFree(topic);
        while (!IsLevel() && order.Sum(Level) > 0)
        {
        }
    }

    private void PlaceFree(int topic)
    {
        var leastLoaded = new PriorityQueue<int, (int Load, int Member)>();
        foreach (int member in _subscribers[topic]) leastLoaded.Enqueue(member, (_load[member], member));
        foreach (ref int owner in table.OwnersOf(topic))
        {
            if (owner != PartitionTable.Nobody) continue;
            int member = leastLoaded.Dequeue();
            owner = member;
            _load[member]++;
            leastLoaded.Enqueue(member, (_load[member], member));
        }
    }

    private bool IsLevel() => _load.Max() - _load.Min() <= 1;

    /// <summary>Moves partitions of the topic from its most to its least loaded subscribers.</summary>
    /// <returns>How many moved. Each move makes the sum of the squared loads smaller, so levelling comes to an end.</returns>
    private int Level(int topic)
    {
        var owners = table.OwnersOf(topic);
        var held = new Dictionary<int, Stack<int>>();
        for (int partition = 0; partition < owners.Length; partition++)
        {
            if (!held.TryGetValue(owners[partition], out var partitions)) held.Add(owners[partition], partitions = new());
            partitions.Push(partition);
        }

        var takers = new SortedSet<(int Load, int Member)>(_subscribers[topic].Select(member => (_load[member], member)));
        var givers = new SortedSet<(int Load, int Member)>(held.Keys.Select(member => (_load[member], member)));
        int moves = 0;
        while (givers.Max.Load - takers.Min.Load > 1)
        {
            int giver = givers.Max.Member, taker = takers.Min.Member;
            int partition = held[giver].Pop();
            owners[partition] = taker;
            if (!held.TryGetValue(taker, out var taken)) held.Add(taker, taken = new());
            taken.Push(partition);
            Reload(giver, -1);
            Reload(taker, +1);
            moves++;
        }

        return moves;

        void Reload(int member, int change)
        {
            takers.Remove((_load[member], member));
            givers.Remove((_load[member], member));
            _load[member] += change;
            takers.Add((_load[member], member));
            if (held[member].Count > 0) givers.Add((_load[member], member));
        }
    }
}
