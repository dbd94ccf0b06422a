using System.Collections.Immutable;

namespace LogBroker.Metadata.Store;

/// <summary>Entries in ascending order of their keys, as they were at <paramref name="Revision"/> (0 = nothing was ever
/// committed).</summary>
public sealed record MetadataSnapshot(long Revision, ImmutableArray<MetadataEntry> Entries);
