using System.Diagnostics;

namespace LogBroker.Tests.Processes;

/// <summary>
/// Kills the children when the test process dies without cleaning up: a small shell holds the list of living children and
/// the other end of a pipe; when the pipe closes, whatever is still on the list is killed.
/// </summary>
internal static class ChildReaper
{
    private const string Script =
        """
        declare -A living
        while read -r verb id; do
          if [ "$verb" = watch ]; then living[$id]=1; else unset "living[$id]"; fi
        done
        for id in "${!living[@]}"; do kill -9 "$id" 2>/dev/null; done
        """;

    private static readonly StreamWriter List = StartReaper();

    public static void Watch(int processId) => Tell("watch", processId);

    public static void Forget(int processId) => Tell("forget", processId);

    private static void Tell(string verb, int processId)
    {
        lock (List)
        {
            List.WriteLine($"{verb} {processId}");
            List.Flush();
        }
    }

    private static StreamWriter StartReaper()
    {
        var info = new ProcessStartInfo("bash", ["-c", Script]) { RedirectStandardInput = true };
        return Process.Start(info)!.StandardInput;
    }
}
