using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Faults;

/// <summary>
/// Makes the sync calls of a running broker fail with EIO by strace's fault injection, until disposed. The calls never reach
/// the kernel, so what should have been synced is not.
/// </summary>
internal sealed class SyncFaults : IAsyncDisposable
{
    private const string Calls = "fdatasync,fsync,syncfs,sync_file_range";

    private static readonly TimeSpan AttachLimit = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _strace;

    private SyncFaults(ChildProcess strace) => _strace = strace;

    /// <summary>Every sync fails.</summary>
    public static Task<SyncFaults> AlwaysAsync(BrokerProcess broker) => AttachAsync(broker, "1+");

    /// <summary>On each thread of the broker only the first sync fails.</summary>
    public static Task<SyncFaults> OnceAsync(BrokerProcess broker) => AttachAsync(broker, "1");

    public async ValueTask DisposeAsync()
    {
        // strace detaches on SIGINT and leaves the broker running.
        _strace.Signal(UnixSignal.Interrupt);
        await _strace.WaitForExitAsync(AttachLimit);
        _strace.Dispose();
    }

    private static async Task<SyncFaults> AttachAsync(BrokerProcess broker, string when)
    {
        ChildProcess strace = ChildProcess.Start(new ProcessCommand(
            "strace", "-f", "-qq", "-p", $"{broker.ProcessId}", "-e", $"trace={Calls}", "-e", $"inject={Calls}:error=EIO:when={when}"));
        try
        {
            await Deadline.PollAsync(
                () => strace.HasExited || IsTraced(broker.ProcessId),
                AttachLimit,
                () => $"strace did not attach: {strace.Errors}");
            Assert.False(strace.HasExited, $"strace ended: {strace.Errors}");
        }
        catch
        {
            strace.Dispose();
            throw;
        }
        return new SyncFaults(strace);
    }

    private static bool IsTraced(int processId)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{processId}/task", "status", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
                .All(status => !File.ReadAllText(status).Contains("TracerPid:\t0\n", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // A thread has ended between the listing and the look.
            return false;
        }
    }
}
