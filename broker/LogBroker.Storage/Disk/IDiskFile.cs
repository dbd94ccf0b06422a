using Microsoft.Win32.SafeHandles;

namespace LogBroker.Storage.Disk;

/// <summary>An open file. Reads and writes name their position, so any number of threads may use it at once.</summary>
/// <remarks>Faults are <see cref="DiskException"/>. After one from <see cref="SyncData"/> the content since the last good
/// sync must not be taken for durable, whatever a later sync says: the kernel may have dropped it.</remarks>
public interface IDiskFile : IDisposable
{
    string Path { get; }

    /// <summary>The descriptor, for those who move bytes from file to socket themselves; null when there is none.</summary>
    SafeFileHandle? Handle { get; }

    long Length { get; }

    /// <summary>Reads as much as is there, up to the whole of <paramref name="target"/>.</summary>
    /// <returns>The bytes read; fewer than asked for only at the end of the file.</returns>
    int Read(Span<byte> target, long position);

    /// <summary>Writes all of <paramref name="source"/>. On a fault any part of it may have been written.</summary>
    void Write(ReadOnlySpan<byte> source, long position);

    /// <summary>Cuts the file, or extends it with zeros.</summary>
    void SetLength(long length);

    /// <summary>Returns once the content is on stable storage.</summary>
    void SyncData();

    /// <summary>Asks the system to forget what it keeps in memory of the file, so that the next read comes from the
    /// device. A hint: content that was not synced stays.</summary>
    void DropCache();
}
