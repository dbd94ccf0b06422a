using System.Collections.Concurrent;
using System.Diagnostics;

namespace LogBroker.Interop.Tests.Brokers;

/// <summary>
/// The data directories these tests wrote. They stay until the last test collection has let Kafka's own tool read every
/// segment in them (<see cref="SegmentFileTests"/>).
/// </summary>
internal static class WrittenLogs
{
    private static readonly ConcurrentBag<string> Directories = [];

    private static readonly string Root = Path.Combine(
        Path.GetTempPath(), $"logbroker-interop-{Environment.ProcessId}");

    static WrittenLogs() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove();

    public static IReadOnlyCollection<string> All => Directories;

    public static string NewDirectory(string purpose)
    {
        string path = Path.Combine(Root, $"{purpose}-{Directories.Count}");
        Directory.CreateDirectory(path);
        Directories.Add(path);
        return path;
    }

    // By a process of its own: the test host is given little time to end.
    private static void Remove()
    {
        if (!InteropEnvironment.KeepsData)
        {
            Process.Start("rm", ["-rf", Root]);
        }
    }
}
