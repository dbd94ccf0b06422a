using LogBroker.Metadata;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Hosting;

/// <summary>What the broker does unasked: follow the catalogue, keep its place in it, and the upkeep of the logs.</summary>
/// <remarks>Each task runs until it is cancelled; a failed round is logged and the next one tries again.</remarks>
internal sealed partial class BackgroundWork(
    LogStore logs, Catalogue catalogue, BrokerMembership membership, TimeProvider time, ILogger<BackgroundWork> logger)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly List<Task> _tasks = [];

    public void StartFollowing(CancellationToken stopping) => _tasks.Add(catalogue.RunAsync(stopping));

    public void StartUpkeep(CancellationToken stopping)
    {
        _tasks.Add(membership.KeepAsync(stopping));
        StartRounds(Tick, logs.RunFlushes, stopping);
        StartRounds(Tick, () => logs.RunRepairs(), stopping);
        StartRounds(Tick, () => logs.RunDeletions(), stopping);
        StartRounds(Interval("log.retention.check.interval.ms"), () => logs.RunRetention(), stopping);
        StartRounds(Interval("producer.id.expiration.check.interval.ms"), () => logs.RunProducerExpiration(), stopping);
        StartRounds(Interval("log.flush.offset.checkpoint.interval.ms"), logs.WriteCheckpoints, stopping);
    }

    /// <summary>Completes when all tasks have ended.</summary>
    public async Task StoppedAsync()
    {
        foreach (Task task in _tasks) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private TimeSpan Interval(string setting) =>
        TimeSpan.FromMilliseconds(catalogue.BrokerConfig.Int64(setting));

    private void StartRounds(TimeSpan interval, Action round, CancellationToken stopping) =>
        _tasks.Add(RunRoundsAsync(interval, round, stopping));

    private async Task RunRoundsAsync(TimeSpan interval, Action round, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            try
            {
                round();
            }
            catch (DiskException fault)
            {
                Log.RoundFailed(logger, fault);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Error, "Upkeep of the logs failed; it is tried again", EventName = "UpkeepFailed")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
