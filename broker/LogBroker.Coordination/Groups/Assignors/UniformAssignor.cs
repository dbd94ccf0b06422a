using System.Collections.Immutable;

namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>Gives members as even a number of partitions as their subscriptions allow, and lets each keep as much as that
/// evenness allows.</summary>
public sealed class UniformAssignor : IPartitionAssignor
{
    public string Name => "uniform";

    public ImmutableDictionary<string, Assignment> Assign(GroupSpec group)
    {
        if (group.Members.Count == 0) return ImmutableDictionary<string, Assignment>.Empty;
        var table = new PartitionTable(group);
        table.KeepCurrent();
        var first = table.Members[0].Subscribed;
        if (table.Members.All(member => ReferenceEquals(member.Subscribed, first) || member.Subscribed.SetEquals(first)))
            new EvenShares(table).Assign();
        else
            new LevelledShares(table).Assign();
        return table.ToAssignments();
    }
}
