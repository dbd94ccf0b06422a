using System.Collections.Immutable;

namespace LogBroker.Client.Consuming.Assignors;

/// <summary>The assignors by their public names.</summary>
internal static class AssignorCatalogue
{
    /// <summary>Kafka's default list: an eager group that can become a cooperative one by a rolling restart without range.</summary>
    private static readonly PartitionAssignor[] Default = [PartitionAssignor.Range, PartitionAssignor.CooperativeSticky];

    public static ImmutableArray<IPartitionAssignor> Of(IReadOnlyList<PartitionAssignor>? wanted) =>
        [.. (wanted ?? Default).Distinct().Select(Make)];

    private static IPartitionAssignor Make(PartitionAssignor assignor) => assignor switch
    {
        PartitionAssignor.Range => new RangeAssignor(),
        PartitionAssignor.RoundRobin => new RoundRobinAssignor(),
        PartitionAssignor.Sticky => new StickyAssignor(),
        PartitionAssignor.CooperativeSticky => new CooperativeStickyAssignor(),
        _ => throw new ClientOptionsException($"Assignors holds {assignor}, which there is not."),
    };
}
