using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Coordination.Groups.Topics;

/// <summary>The topics as they were at one moment: what coordinators that hand out partitions work from. Immutable.</summary>
public interface ITopicView
{
    /// <summary>Grows with every change of topics or of the racks their replicas are in; two views of one broker with the same
    /// version are the same.</summary>
    long Version { get; }

    IEnumerable<string> Names { get; }

    bool TryGet(string name, [NotNullWhen(true)] out GroupTopic? topic);

    bool TryGet(Guid id, [NotNullWhen(true)] out GroupTopic? topic);
}

/// <summary>A topic that groups can subscribe to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Another one after it was deleted and created anew.</param>
/// <param name="PartitionCount">At least 1.</param>
/// <param name="Racks">By partition, the racks its replicas are in; default = no rack is known.</param>
public sealed record GroupTopic(
    string Name, Guid Id, int PartitionCount, ImmutableArray<ImmutableArray<string>> Racks = default);
