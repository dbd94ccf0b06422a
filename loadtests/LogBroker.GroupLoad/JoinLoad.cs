using System.Diagnostics;
using System.Globalization;
using LogBroker.Transport;

namespace LogBroker.GroupLoad;

/// <summary>All members of all groups join at once and stay: how long until each group stands with all its members.</summary>
internal static class JoinLoad
{
    private const string Host = "127.0.0.1";

    public static async Task RunAsync(int port, int groups, int members, TimeSpan hold)
    {
        // The connections and the coordinator's topic are there before the clock starts.
        await Coordinator.FindAsync(port, "warm-up");
        var channels = new List<KafkaChannel>();
        for (int i = 0; i < groups * members; i++) channels.Add(await KafkaChannel.ConnectAsync(Host, port));

        using var ended = new CancellationTokenSource();
        long start = Stopwatch.GetTimestamp();
        var standing = Enumerable.Range(0, groups)
            .Select(_ => new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        Task[] running =
        [
            .. channels.Select((channel, i) =>
                RunMemberAsync(new Member(channel, $"join-{i % groups}"), members, standing[i % groups], start, ended.Token)),
        ];
        TimeSpan[] times = await Task.WhenAll(standing.Select(group => group.Task));
        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"stable_median_s {times[times.Length / 2].TotalSeconds:F2} stable_last_s {times[^1].TotalSeconds:F2}"));

        await Task.Delay(hold);
        await ended.CancelAsync();
        await Task.WhenAll(running);
    }

    private static async Task RunMemberAsync(
        Member member, int members, TaskCompletionSource<TimeSpan> standing, long start, CancellationToken ended)
    {
        await using (member)
        {
            try
            {
                while (true)
                {
                    var (_, count) = await member.JoinAsync(ended);
                    if (count == members) standing.TrySetResult(Stopwatch.GetElapsedTime(start));
                    await member.HoldAsync(ended);
                }
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
            catch (Exception fault)
            {
                standing.TrySetException(fault);
            }
        }
    }
}
