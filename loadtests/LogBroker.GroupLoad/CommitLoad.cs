using System.Diagnostics;
using System.Globalization;
using LogBroker.Protocol.Errors;
using LogBroker.Transport;

namespace LogBroker.GroupLoad;

/// <summary>Groups of one consumer each that commit one offset once a second, on a connection each, spread over the
/// second: how long a commit takes.</summary>
internal static class CommitLoad
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(int port, int groups, TimeSpan length)
    {
        await Coordinator.FindAsync(port, "warm-up");
        var channels = new List<KafkaChannel>();
        for (int i = 0; i < groups; i++) channels.Add(await KafkaChannel.ConnectAsync("127.0.0.1", port));

        await OffsetLoad.CreateTopicAsync(channels[0], 1);
        // The first commit of each group is not counted: it finds the coordinator loading.
        foreach (var (channel, i) in channels.Select((channel, i) => (channel, i)))
            while (await OffsetLoad.CommitAsync(channel, Name(i), 0, 1, 0) != ErrorCode.None) await Task.Delay(20);

        long start = Stopwatch.GetTimestamp();
        double[][] times = await Task.WhenAll(channels.Select((channel, i) => CommitAsync(channel, i, groups, length)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double[] sorted = [.. times.SelectMany(own => own).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"commits_per_s {sorted.Length / seconds:F0} p50_ms {At(sorted, 0.5):F2} p99_ms {At(sorted, 0.99):F2}"));
        foreach (var channel in channels) await channel.DisposeAsync();
    }

    private static string Name(int group) => $"commit-{group}";

    private static async Task<double[]> CommitAsync(KafkaChannel channel, int group, int groups, TimeSpan length)
    {
        var times = new List<double>();
        await Task.Delay(Interval * group / groups);
        using var timer = new PeriodicTimer(Interval);
        for (int second = 1; second <= length.TotalSeconds; second++)
        {
            long begun = Stopwatch.GetTimestamp();
            ErrorCode error = await OffsetLoad.CommitAsync(channel, Name(group), 0, 1, second);
            if (error != ErrorCode.None) throw new InvalidOperationException($"A commit was refused: {error}.");
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await timer.WaitForNextTickAsync();
        }

        return [.. times];
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];
}
