using System.Collections.Immutable;

namespace LogBroker.Metadata.Store;

/// <summary>What one revision did to the watched keys, in the order of the transaction's operations.</summary>
public sealed record MetadataChange(long Revision, ImmutableArray<MetadataEvent> Events);

/// <summary>One key put or deleted.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The new value; null = the key was deleted.</param>
/// <param name="CreateRevision">The revision that created the key; 0 when it was deleted.</param>
public sealed record MetadataEvent(string Key, ReadOnlyMemory<byte>? Value, long CreateRevision)
{
    public bool IsDelete => Value is null;
}
