namespace LogBroker.Metadata.Store;

/// <summary>A key with its value.</summary>
/// <param name="Key">See <see cref="MetadataKey"/>.</param>
/// <param name="Value">Opaque bytes; may be empty.</param>
/// <param name="CreateRevision">The revision that put the key where there was none.</param>
/// <param name="ModRevision">The revision of the last put.</param>
/// <param name="Lease">The lease that the entry lives and dies with; null = none.</param>
public sealed record MetadataEntry(
    string Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, LeaseId? Lease);
