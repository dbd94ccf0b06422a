namespace LogBroker.Metadata.Store;

/// <summary>The metadata store cannot be read or written: a fault, not an answer.</summary>
public class MetadataStoreException(string message, Exception? innerException = null)
    : Exception(message, innerException);

/// <summary>A watch asked for revisions whose history has been dropped.</summary>
public sealed class CompactedException(long compactedRevision)
    : MetadataStoreException($"The history up to revision {compactedRevision} has been compacted.")
{
    /// <summary>The last revision that was dropped.</summary>
    public long CompactedRevision { get; } = compactedRevision;
}
