using System.Collections.Immutable;

namespace LogBroker.Storage.Disk;

/// <summary>The file system as the log sees it: the seam through which every byte and every sync goes.</summary>
/// <remarks>
/// Any thread may call. Faults are <see cref="DiskException"/> and nothing else, with the reason as
/// <see cref="DiskFault"/>. Nothing is durable until it was synced: file content through <see cref="IDiskFile.SyncData"/>
/// or <see cref="IDiskVolume.Sync"/>, creations, renames and deletions through <see cref="SyncDirectory"/> of the parent.
/// </remarks>
public interface IDisk
{
    /// <summary>How many files this process may hold open (<c>RLIMIT_NOFILE</c>), sockets included.</summary>
    int OpenFilesMax { get; }

    /// <summary>Opens a file for positional reading and writing.</summary>
    IDiskFile Open(string path, FileOpening opening);

    bool FileExists(string path);

    bool DirectoryExists(string path);

    /// <summary>What lies directly in <paramref name="directory"/>, in no order.</summary>
    ImmutableArray<DiskEntry> List(string directory);

    /// <summary>Creates the directory and its missing parents; one that exists is fine.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a file (replacing <paramref name="target"/> atomically) or a directory.</summary>
    void Rename(string source, string target);

    /// <summary>Deletes a file; open handles stay readable. One that does not exist is fine.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a directory with what is in it. One that does not exist is fine.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes the names in <paramref name="path"/> durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Opens the file system that <paramref name="directory"/> lies on. Keep it open: a failed write-back is
    /// reported to those who had it open when it failed.</summary>
    IDiskVolume OpenVolume(string directory);

    /// <summary>Takes the exclusive lock on <paramref name="path"/>, creating the file.</summary>
    /// <returns>Null when another process, or another holder in this one, has it.</returns>
    IDisposable? TryLock(string path);
}

/// <summary>One file or directory in a listing.</summary>
/// <param name="Name">Without the directory.</param>
/// <param name="IsDirectory">Else a file.</param>
/// <param name="SizeInBytes">0 for a directory.</param>
/// <param name="LastWritten">When its content last changed.</param>
public readonly record struct DiskEntry(
    string Name, bool IsDirectory, long SizeInBytes, DateTimeOffset LastWritten);

/// <summary>How <see cref="IDisk.Open"/> treats a file that is or is not there.</summary>
public enum FileOpening
{
    /// <summary>It must exist; opened for reading and writing.</summary>
    Existing,

    /// <summary>It must exist; opened for reading only.</summary>
    ReadOnly,

    /// <summary>Opened if it exists, else created empty.</summary>
    OrCreate,
}
