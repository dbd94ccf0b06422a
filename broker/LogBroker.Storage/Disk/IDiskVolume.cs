namespace LogBroker.Storage.Disk;

/// <summary>A mounted file system, held open.</summary>
public interface IDiskVolume : IDisposable
{
    DiskSpace Space { get; }

    /// <summary>Returns once everything written to the file system is on stable storage: content and names.</summary>
    /// <exception cref="DiskException">Something could not be written since this volume was opened or last synced.
    /// Which file it was only a sync of each can tell.</exception>
    void Sync();
}

/// <summary>How large a file system is and how much of it this process may still use.</summary>
public readonly record struct DiskSpace(long TotalBytes, long AvailableBytes);
