using System.Text;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.AdminCli;

/// <summary>Standard output that tells when its reader has gone, as <c>head</c> does when it has enough. .NET's own keeps silent about it,
/// and a command that follows a topic would go on for ever.</summary>
internal static class StandardOutput
{
    private const int Handle = 1;
    private const int BrokenPipe = 32;

    public static TextWriter Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows()) return Console.Out;
        var stream = new FileStream(new SafeFileHandle(Handle, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file may be written by others too, at the place they share: only .NET's own output keeps to that.
        return WriterOf(stream.CanSeek ? Console.OpenStandardOutput() : stream);
    }

    /// <summary>What is no terminal gets UTF-8, as everything that reads records expects; .NET's own writer takes a while to find out what
    /// a terminal wants.</summary>
    private static StreamWriter WriterOf(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    /// <summary>Standard error.</summary>
    public static TextWriter OpenError() =>
        Console.IsErrorRedirected ? TextWriter.Synchronized(WriterOf(Console.OpenStandardError())) : Console.Error;

    /// <summary>Whether a write failed because nobody reads any more.</summary>
    public static bool IsGone(IOException failure) => (failure.HResult & 0xffff) == BrokenPipe;
}
