using System.Collections.Immutable;

namespace LogBroker.Coordination.Groups.Assignors;

/// <summary>The assignors there are.</summary>
public static class PartitionAssignors
{
    private static readonly ImmutableDictionary<string, IPartitionAssignor> ByName =
        new IPartitionAssignor[] { new UniformAssignor(), new RangeAssignor() }
            .ToImmutableDictionary(assignor => assignor.Name, StringComparer.Ordinal);

    /// <summary>By the name in <c>group.consumer.assignors</c>; null = there is none of that name.</summary>
    public static IPartitionAssignor? Find(string name) => ByName.GetValueOrDefault(name);
}
