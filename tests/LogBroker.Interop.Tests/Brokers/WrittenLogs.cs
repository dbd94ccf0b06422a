using System.Diagnostics;

namespace LogBroker.Interop.Tests.Brokers;

/// <summary>
/// The data directories these tests wrote. They stay until the last test collection has let Kafka's own tool read every
/// segment in them (<see cref="SegmentFileTests"/>).
/// </summary>
internal static class WrittenLogs
{
    /// <summary>What a broker leaves when it stops in good order, and takes away when it starts.</summary>
    private const string CleanStopMarker = ".kafka_cleanshutdown";

    private static readonly string Root = Path.Combine(
        Path.GetTempPath(), $"logbroker-interop-{Environment.ProcessId}");

    private static int _count;

    static WrittenLogs() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove();

    /// <summary>The directories whose broker stopped in good order; of the others Kafka's own indexes are not whole either.</summary>
    public static IReadOnlyCollection<string> All =>
        Directory.Exists(Root) ? [.. Directory.EnumerateDirectories(Root).Where(WasStoppedInGoodOrder)] : [];

    public static string NewDirectory(string purpose)
    {
        string path = Path.Combine(Root, $"{purpose}-{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(path);
        return path;
    }

    private static bool WasStoppedInGoodOrder(string directory) =>
        Directory.EnumerateFiles(directory, CleanStopMarker, SearchOption.AllDirectories).Any();

    // By a process of its own: the test host is given little time to end.
    private static void Remove()
    {
        if (!InteropEnvironment.KeepsData)
        {
            Process.Start("rm", ["-rf", Root]);
        }
    }
}
