using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.Storage.Disk;

/// <summary>The system calls whose results the log must see.</summary>
/// <remarks>.NET's own <c>RandomAccess.FlushToDisk</c> and <c>FileStream.Flush(true)</c> report success on Linux when
/// fsync fails, so durability never goes through them.</remarks>
internal static partial class LibC
{
    public const int ReadOnlyDirectory = 0x10000 | CloseOnExec; // O_DIRECTORY on x86-64
    public const int ReadOnlyDirectoryArm = 0x4000 | CloseOnExec; // O_DIRECTORY on ARM64
    public const int AdviseDontNeed = 4;
    public const int SetOpenFileLock = 37; // F_OFD_SETLK: conflicts with the record locks Apache Kafka takes
    public const short WriteLock = 1;
    public const short Unlock = 2;

    private const int CloseOnExec = 0x80000;
    private const int OpenFilesLimit = 7;

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Advise(SafeFileHandle file, long position, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, in FileLock argument);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    /// <summary>The soft limit of open files; what it cannot tell counts as 1024.</summary>
    public static int OpenFilesMax() =>
        GetLimit(OpenFilesLimit, out Limit limit) != 0 ? 1024 : (int)Math.Min(limit.Current, int.MaxValue);

    [StructLayout(LayoutKind.Sequential)]
    public struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int ProcessId;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Max;
    }
}
