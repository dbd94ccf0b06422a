using LogBroker.Client.Consuming.Offsets;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>Takes partitions up and gives them up: in the order that loses and repeats as little as possible.</summary>
/// <remarks>Belongs to the actor. Giving up waits for the records in work, at most <c>max.poll.interval.ms</c>, then commits what is done,
/// then tells the listener, and only then is the partition anybody else's. Handlers are asked to end when their grace period is over, and
/// at once when a partition is lost.</remarks>
internal sealed partial class Assignment(ConsumerContext context, OffsetCommitter committer)
{
    /// <summary>Called when partitions have come or gone.</summary>
    public required Action Changed { get; init; }

    public IReadOnlyCollection<TopicPartition> Owned => [.. context.Table.Current.Keys];

    /// <summary>Takes partitions up. They are read when the listener has been told; it may seek.</summary>
    public async Task AddAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        var added = partitions.Where(partition => context.Table.Find(partition) is null)
            .Select(partition => new AssignedPartition(partition)).ToList();
        context.Table.Add(added);
        Log.Assigned(context.Logger, context.GroupId, added.Count, context.Table.Count);
        await TellAsync(added, static (listener, names, stopped) => listener.OnAssignedAsync(names, stopped)).ConfigureAwait(true);
        foreach (var partition in added.Where(partition => partition.State == PositionState.Announced && partition.Version == 0))
            partition.State = PositionState.NeedsCommitted;
        Changed();
    }

    /// <summary>Gives partitions up in good order.</summary>
    public Task RevokeAsync(IReadOnlyCollection<TopicPartition> partitions) =>
        RevokeAsync(partitions, context.Options.MaxPollInterval);

    /// <inheritdoc cref="RevokeAsync(IReadOnlyCollection{TopicPartition})"/>
    /// <param name="partitions">Those to give up.</param>
    /// <param name="patience">How long records in work are waited for.</param>
    public async Task RevokeAsync(IReadOnlyCollection<TopicPartition> partitions, TimeSpan patience)
    {
        var revoked = Find(partitions);
        if (revoked.Count == 0) return;
        await WithdrawAsync(revoked, patience).ConfigureAwait(true);
        revoked.RemoveAll(partition => context.Table.Find(partition.TopicPartition) != partition); // Lost meanwhile, and told so.
        if (revoked.Count == 0) return;
        if (context.Options.AutoCommit) await committer.CommitDoneAsync(revoked).ConfigureAwait(true);
        Log.Revoked(context.Logger, context.GroupId, revoked.Count, context.Table.Count - revoked.Count);
        await TellAsync(revoked, static (listener, names, stopped) => listener.OnRevokedAsync(names, stopped)).ConfigureAwait(true);
        context.Table.Remove(revoked);
        Changed();
    }

    /// <summary>Partitions were taken away.</summary>
    public async Task LoseAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        var lost = Find(partitions);
        if (lost.Count == 0) return;
        _ = context.Delivery.WithdrawAsync(lost);
        EndWork(lost);
        Log.Lost(context.Logger, context.GroupId, lost.Count);
        context.Table.Remove(lost);
        Changed();
        await TellAsync(lost, static (listener, names, stopped) => listener.OnLostAsync(names, stopped)).ConfigureAwait(true);
    }

    private List<AssignedPartition> Find(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Select(context.Table.Find).OfType<AssignedPartition>()];

    private async Task WithdrawAsync(List<AssignedPartition> revoked, TimeSpan patience)
    {
        var withdrawn = context.Delivery.WithdrawAsync(revoked);
        var grace = TimeSpan.FromTicks(Math.Min(context.Options.HandlerGracePeriod.Ticks, patience.Ticks / 2));
        try
        {
            if (await EndsWithinAsync(withdrawn, grace).ConfigureAwait(true)) return;
            EndWork(revoked);
            if (!await EndsWithinAsync(withdrawn, patience - grace).ConfigureAwait(true))
                Log.StillInWork(context.Logger, context.GroupId, patience);
        }
        catch (OperationCanceledException)
        {
            EndWork(revoked); // The consumer ends: what is in work is not done.
        }
    }

    private async Task<bool> EndsWithinAsync(Task withdrawn, TimeSpan patience)
    {
        try
        {
            await withdrawn.WaitAsync(patience, context.Time, context.Stopped).ConfigureAwait(true);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Off the actor, since what users hang on a token runs where it is cancelled.</summary>
    private static void EndWork(List<AssignedPartition> partitions)
    {
        foreach (var partition in partitions) Task.Run(partition.EndWork).IgnoreFailure();
    }

    private async Task TellAsync(
        List<AssignedPartition> partitions,
        Func<IRebalanceListener, IReadOnlyCollection<TopicPartition>, CancellationToken, ValueTask> tell)
    {
        if (context.Options.RebalanceListener is not { } listener || partitions.Count == 0) return;
        TopicPartition[] names = [.. partitions.Select(partition => partition.TopicPartition)];
        try
        {
            // Off the actor: a listener that blocks must not stop the heartbeat.
            await Task.Run(() => tell(listener, names, context.Stopped).AsTask(), CancellationToken.None).ConfigureAwait(true);
        }
        catch (Exception failure)
        {
            context.Delivery.Fail(failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5220, LogLevel.Information, "Group {Group}: {Count} partitions assigned, {Total} in all", EventName = "Assigned")]
        public static partial void Assigned(ILogger logger, string? group, int count, int total);

        [LoggerMessage(5221, LogLevel.Information, "Group {Group}: {Count} partitions given up, {Total} left", EventName = "Revoked")]
        public static partial void Revoked(ILogger logger, string? group, int count, int total);

        [LoggerMessage(
            5222,
            LogLevel.Warning,
            "Group {Group}: {Count} partitions lost; the group went on without this consumer",
            EventName = "Lost")]
        public static partial void Lost(ILogger logger, string? group, int count);

        [LoggerMessage(
            5223,
            LogLevel.Warning,
            "Group {Group}: records of partitions to be given up are still in work after {Limit}",
            EventName = "StillInWork")]
        public static partial void StillInWork(ILogger logger, string? group, TimeSpan limit);
    }
}
