namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>The uniform assignment where all members subscribe to the same topics.</summary>
/// <remarks>Nobody has more than one partition more than another, and under that condition as few partitions move as
/// possible. Partitions that are free anyway go to a member in a rack of theirs where one has room.</remarks>
internal sealed class EvenShares(PartitionTable table)
{
    private readonly int[] _room = new int[table.Members.Length];

    public void Assign()
    {
        if (table.Owners.IsEmpty) return;
        GrantRoom();
        ReleaseSurplus();
        if (table.Members.Any(member => member.RackId is not null)) FillWithinRacks();
        Fill();
    }

    /// <summary>The larger shares go to those who have more than the smaller share anyway: fewer partitions move.</summary>
    private void GrantRoom()
    {
        int least = table.Owners.Length / table.Members.Length;
        int larger = table.Owners.Length % table.Members.Length;
        var has = new int[table.Members.Length];
        foreach (int owner in table.Owners)
        {
            if (owner != PartitionTable.Nobody) has[owner]++;
        }

        Array.Fill(_room, least);
        for (int member = 0; member < has.Length && larger > 0; member++)
        {
            if (has[member] <= least) continue;
            _room[member]++;
            larger--;
        }

        for (int member = 0; member < has.Length && larger > 0; member++)
        {
            if (_room[member] > least) continue;
            _room[member]++;
            larger--;
        }
    }

    private void ReleaseSurplus()
    {
        foreach (ref int owner in table.Owners)
        {
            if (owner == PartitionTable.Nobody) continue;
            if (_room[owner] > 0) _room[owner]--;
            else owner = PartitionTable.Nobody;
        }
    }

    private void FillWithinRacks()
    {
        var byRack = Enumerable.Range(0, table.Members.Length)
            .Where(member => table.Members[member].RackId is not null && _room[member] > 0)
            .GroupBy(member => table.Members[member].RackId!, StringComparer.Ordinal)
            .ToDictionary(rack => rack.Key, rack => new Queue<int>(rack), StringComparer.Ordinal);
        for (int topic = 0; topic < table.Topics.Length; topic++)
        {
            if (table.Topics[topic].Racks.IsDefault) continue;
            var owners = table.OwnersOf(topic);
            for (int partition = 0; partition < owners.Length; partition++)
            {
                if (owners[partition] != PartitionTable.Nobody) continue;
                foreach (var rack in table.Topics[topic].Racks[partition])
                {
                    if (!byRack.TryGetValue(rack, out var members) || !members.TryPeek(out int member)) continue;
                    owners[partition] = member;
                    if (--_room[member] == 0) members.Dequeue();
                    break;
                }
            }
        }
    }

    private void Fill()
    {
        int member = 0;
        foreach (ref int owner in table.Owners)
        {
            if (owner != PartitionTable.Nobody) continue;
            while (_room[member] == 0) member++;
            owner = member;
            _room[member]--;
        }
    }
}
