using LogBroker.Storage.Disk;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.Storage.Tests.Support;

/// <summary>An open file of a <see cref="SimulatedDisk"/>.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, string path, SimulatedInode inode, Action closed) : IDiskFile
{
    private readonly int _boot = disk.Boot;
    private bool _isClosed;

    public string Path { get; } = path;

    public SafeFileHandle? Handle => null;

    public long Length => Use().Length;

    public int Read(Span<byte> target, long position)
    {
        disk.Fail(DiskOperation.Read, Path);
        int read = Use().Read(target, position);
        disk.ReadObserver(Path, read);
        return read;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        disk.Fail(DiskOperation.Write, Path);
        if (!Use().Write(source, position)) throw SimulatedDisk.Fault(DiskFault.NoSpace, Path);
    }

    public void SetLength(long length)
    {
        disk.Fail(DiskOperation.SetLength, Path);
        Use().SetLength(length);
    }

    public void SyncData()
    {
        if (disk.Faults(DiskOperation.SyncData, Path) is { } fault)
        {
            Use().FailSync();
            throw SimulatedDisk.Fault(fault, Path);
        }

        Use().Sync();
        disk.CountSync();
    }

    public void DropCache() => Use().DropCache();

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        if (_boot == disk.Boot) closed();
    }

    private SimulatedInode Use()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_boot != disk.Boot) throw new InvalidOperationException($"{Path} was opened before the power was cut.");
        return inode;
    }
}
