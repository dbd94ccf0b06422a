using Microsoft.Win32.SafeHandles;

namespace LogBroker.TransportBench.OwnSockets;

/// <summary>An output that moves bytes from a file to its client without taking them into the process. Ask a
/// connection's <c>Transport.Output</c> whether it is one.</summary>
public interface IFileSender
{
    /// <summary>Sends what was written so far, then a range of the file; completes when the kernel has taken all of it.</summary>
    /// <param name="file">Stays its owner's; must stay open until this completes.</param>
    /// <param name="position">Where the range begins.</param>
    /// <param name="count">Its bytes; all must be in the file.</param>
    /// <param name="cancelled">Honoured between the parts.</param>
    /// <exception cref="IOException">The client is gone, or the file is shorter.</exception>
    ValueTask SendFileAsync(SafeFileHandle file, long position, int count, CancellationToken cancelled = default);
}
