using System.Collections.Immutable;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Metadata;

/// <summary>A topic as the cluster told it last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; empty when the broker has none to tell.</param>
/// <param name="Error">None, or why it cannot be used; then it has no partitions.</param>
/// <param name="Partitions">Its partitions; the one at <c>i</c> has index <c>i</c>.</param>
internal sealed record TopicSnapshot(
    string Name, Guid Id, ErrorCode Error, ImmutableArray<PartitionSnapshot> Partitions)
{
    public bool IsInternal { get; init; }

    /// <summary>Of a topic that cannot be used: what was known of it before, since its leaders' epochs do not begin anew. Null when
    /// nothing was.</summary>
    public TopicSnapshot? LastUsable { get; init; }

    /// <summary>Whether records can be written to and read from it.</summary>
    public bool IsUsable => Error == ErrorCode.None && Partitions.Length > 0;
}
