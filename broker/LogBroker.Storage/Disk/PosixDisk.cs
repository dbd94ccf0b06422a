using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.Storage.Disk;

/// <summary>The file system of the running Linux.</summary>
public sealed class PosixDisk : IDisk
{
    public int OpenFilesMax { get; } = LibC.OpenFilesMax();

    public IDiskFile Open(string path, FileOpening opening)
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(
                path,
                opening == FileOpening.OrCreate ? FileMode.OpenOrCreate : FileMode.Open,
                opening == FileOpening.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete);
            return new PosixFile(path, handle);
        }
        catch (Exception cause) when (PosixFaults.IsFault(cause))
        {
            throw PosixFaults.From(cause, "open", path);
        }
    }

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public ImmutableArray<DiskEntry> List(string directory) => Try("list", directory, () =>
    {
        ImmutableArray<DiskEntry>.Builder entries = ImmutableArray.CreateBuilder<DiskEntry>();
        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            bool isDirectory = entry is DirectoryInfo;
            long size = entry is FileInfo { Exists: true } file ? file.Length : 0;
            entries.Add(new DiskEntry(entry.Name, isDirectory, size, entry.LastWriteTimeUtc));
        }

        return entries.ToImmutable();
    });

    public void CreateDirectory(string path) => Try("mkdir", path, () => Directory.CreateDirectory(path));

    public void Rename(string source, string target) => Try("rename", source, () =>
    {
        if (Directory.Exists(source)) Directory.Move(source, target);
        else File.Move(source, target, overwrite: true);
        return true;
    });

    public void DeleteFile(string path) => Try("unlink", path, () =>
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its directory.
        }

        return true;
    });

    public void DeleteDirectory(string path) => Try("rmdir", path, () =>
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already.
        }

        return true;
    });

    public void SyncDirectory(string path)
    {
        using var directory = new PosixVolume(path);
        directory.SyncNames();
    }

    public IDiskVolume OpenVolume(string directory) => new PosixVolume(directory);

    public IDisposable? TryLock(string path)
    {
        var file = (PosixFile)Open(path, FileOpening.OrCreate);
        var wanted = new LibC.FileLock { Type = LibC.WriteLock };
        if (LibC.Control(file.Handle, LibC.SetOpenFileLock, in wanted) == 0) return new HeldLock(file);
        file.Dispose();
        return null;
    }

    private static T Try<T>(string operation, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception cause) when (PosixFaults.IsFault(cause))
        {
            throw PosixFaults.From(cause, operation, path);
        }
    }

    /// <summary>Unlocks before it closes: a child that is just being started may hold the descriptor for a moment longer, and
    /// with it the lock.</summary>
    private sealed class HeldLock(PosixFile file) : IDisposable
    {
        public void Dispose()
        {
            if (file.Handle.IsClosed) return;
            var unlocked = new LibC.FileLock { Type = LibC.Unlock };
            _ = LibC.Control(file.Handle, LibC.SetOpenFileLock, in unlocked);
            file.Dispose();
        }
    }
}
