using System.Runtime.InteropServices;

namespace LogBroker.Storage.Disk;

/// <summary>Turns what the runtime and the C library report into <see cref="DiskException"/>.</summary>
internal static class PosixFaults
{
    public const int Interrupted = 4;

    private const int NoSuchFile = 2;
    private const int InputOutput = 5;
    private const int PermissionDenied = 13;
    private const int TooManyInSystem = 23;
    private const int TooManyOpen = 24;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;

    public static DiskException FromLastError(string operation, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new DiskException(FaultOf(error), operation, path, Marshal.GetPInvokeErrorMessage(error));
    }

    public static DiskException From(Exception cause, string operation, string path) =>
        new(FaultOf(cause), operation, path, cause.Message, cause);

    /// <summary>Whether the runtime reports a fault of the disk so.</summary>
    public static bool IsFault(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private static DiskFault FaultOf(Exception cause) => cause switch
    {
        DiskException known => known.Fault,
        FileNotFoundException or DirectoryNotFoundException => DiskFault.NotFound,
        UnauthorizedAccessException => cause.InnerException is IOException inner && FaultOf(inner.HResult) is var fault
            && fault != DiskFault.Other ? fault : DiskFault.AccessDenied,
        _ => FaultOf(cause.HResult),
    };

    private static DiskFault FaultOf(int error) => error switch
    {
        NoSuchFile => DiskFault.NotFound,
        InputOutput => DiskFault.Device,
        PermissionDenied => DiskFault.AccessDenied,
        TooManyInSystem or TooManyOpen => DiskFault.TooManyOpenFiles,
        NoSpace or QuotaExceeded => DiskFault.NoSpace,
        ReadOnlyFileSystem => DiskFault.ReadOnly,
        _ => DiskFault.Other,
    };
}
