using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.Storage.Disk;

/// <summary>A directory held open: for fsync of its names, and for syncfs of the file system it lies on.</summary>
internal sealed class PosixVolume : IDiskVolume
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;

    public PosixVolume(string directory)
    {
        _path = directory;
        int flags = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? LibC.ReadOnlyDirectoryArm
            : LibC.ReadOnlyDirectory;
        int descriptor = LibC.Open(directory, flags, 0);
        if (descriptor < 0) throw PosixFaults.FromLastError("open", directory);
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public DiskSpace Space
    {
        get
        {
            try
            {
                var drive = new DriveInfo(_path);
                return new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace);
            }
            catch (Exception cause) when (PosixFaults.IsFault(cause))
            {
                throw PosixFaults.From(cause, "statfs", _path);
            }
        }
    }

    public void Sync()
    {
        while (LibC.SyncFileSystem(_handle) != 0) ThrowUnlessInterrupted("syncfs");
    }

    /// <summary>Makes the names in the directory durable.</summary>
    public void SyncNames()
    {
        while (LibC.Sync(_handle) != 0) ThrowUnlessInterrupted("fsync");
    }

    public void Dispose() => _handle.Dispose();

    private void ThrowUnlessInterrupted(string operation)
    {
        DiskException fault = PosixFaults.FromLastError(operation, _path);
        if (Marshal.GetLastPInvokeError() != PosixFaults.Interrupted) throw fault;
    }
}
