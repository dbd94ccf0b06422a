using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.TransportBench.OwnSockets;

/// <summary>sendfile(2): from the kernel's file cache to a socket, without a copy in this process.</summary>
internal static partial class FileSend
{
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    /// <summary>Sends as much as the socket takes now.</summary>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="file">The file; its own position is neither used nor moved.</param>
    /// <param name="position">Where to begin.</param>
    /// <param name="count">How much to send at most.</param>
    /// <returns>The bytes taken, or 0 when the socket is full.</returns>
    /// <exception cref="EndOfStreamException">The file ends before the range.</exception>
    /// <exception cref="IOException">The client is gone, or the file cannot be read.</exception>
    public static int SendSome(SafeHandle socket, SafeFileHandle file, long position, int count)
    {
        while (true)
        {
            nint sent = SendFile(socket, file, ref position, count);
            if (sent > 0)
                return (int)sent;
            if (sent == 0)
                throw new EndOfStreamException("The file is shorter than the range to send.");
            int error = Marshal.GetLastPInvokeError();
            if (error == TryAgain)
                return 0;
            if (error != Interrupted)
                throw new IOException($"sendfile failed: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static partial nint SendFile(SafeHandle socket, SafeHandle file, ref long position, nint count);
}
