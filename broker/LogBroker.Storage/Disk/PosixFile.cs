using Microsoft.Win32.SafeHandles;

namespace LogBroker.Storage.Disk;

/// <summary>A file of the running system, through pread, pwrite and checked fdatasync.</summary>
internal sealed class PosixFile(string path, SafeFileHandle handle) : IDiskFile
{
    public string Path { get; } = path;

    public SafeFileHandle Handle { get; } = handle;

    public long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(Handle);
            }
            catch (Exception cause) when (PosixFaults.IsFault(cause))
            {
                throw PosixFaults.From(cause, "stat", Path);
            }
        }
    }

    public int Read(Span<byte> target, long position)
    {
        try
        {
            int total = 0;
            while (total < target.Length)
            {
                int read = RandomAccess.Read(Handle, target[total..], position + total);
                if (read == 0) break;
                total += read;
            }

            return total;
        }
        catch (Exception cause) when (PosixFaults.IsFault(cause))
        {
            throw PosixFaults.From(cause, "read", Path);
        }
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        try
        {
            RandomAccess.Write(Handle, source, position);
        }
        catch (Exception cause) when (PosixFaults.IsFault(cause))
        {
            throw PosixFaults.From(cause, "write", Path);
        }
    }

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(Handle, length);
        }
        catch (Exception cause) when (PosixFaults.IsFault(cause))
        {
            throw PosixFaults.From(cause, "truncate", Path);
        }
    }

    public void SyncData()
    {
        while (LibC.SyncData(Handle) != 0)
        {
            DiskException fault = PosixFaults.FromLastError("fdatasync", Path);
            if (System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != PosixFaults.Interrupted) throw fault;
        }
    }

    public void DropCache() => _ = LibC.Advise(Handle, 0, 0, LibC.AdviseDontNeed);

    public void Dispose() => Handle.Dispose();
}
