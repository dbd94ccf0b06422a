using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Membership;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>Saves positions with the group's coordinator.</summary>
/// <remarks>Belongs to the actor. One commit is under way at a time, so that a retry never overtakes a later one; those that come
/// meanwhile go together with the next.</remarks>
internal sealed partial class OffsetCommitter(ConsumerContext context, Func<GroupIdentity?> member)
{
    /// <summary>The last version that tells topics by their names.</summary>
    private const short LastNameVersion = 9;

    /// <summary>So often a commit is tried again because the group rebalances.</summary>
    private const int RebalancesMax = 15;

    private Waiting? _waiting;
    private bool _isSending;

    /// <summary>Commits; the task ends with the coordinator's answer.</summary>
    /// <exception cref="CommitFailedException">The consumer is not the owner of its partitions any more.</exception>
    /// <exception cref="KafkaException">It was refused, or the coordinator did not answer in <c>default.api.timeout.ms</c>.</exception>
    public Task CommitAsync(IEnumerable<KeyValuePair<TopicPartition, OffsetAndMetadata>> offsets)
    {
        context.RequireGroup();
        var waiting = _waiting ?? new Waiting();
        foreach (var (partition, offset) in offsets) waiting.Offsets[partition] = offset;
        if (waiting.Offsets.Count == 0) return Task.CompletedTask;
        _waiting = waiting;
        if (!_isSending) SendAllAsync().IgnoreFailure();
        return waiting.Done.Task;
    }

    /// <summary>What is to be committed of these partitions.</summary>
    /// <param name="partitions">Those to look at.</param>
    /// <param name="onlyDone">Leaves out the record in work: what is handed out and not done.</param>
    public List<KeyValuePair<TopicPartition, OffsetAndMetadata>> Collect(IEnumerable<AssignedPartition> partitions, bool onlyDone)
    {
        var offsets = new List<KeyValuePair<TopicPartition, OffsetAndMetadata>>();
        foreach (var partition in partitions)
        {
            var (position, done, epoch) = context.Delivery.PlaceOf(partition);
            long offset = onlyDone || partition.Watermark is not null ? done : position;
            if (offset < 0 || (onlyDone && IsCommitted(partition.CommittedOffset, offset, position))) continue;
            LeaderEpoch? known = epoch == LeaderEpoch.None ? null : epoch;
            offsets.Add(new(partition.TopicPartition, new OffsetAndMetadata(new Offset(offset), known)));
        }
        return offsets;
    }

    /// <summary>Whether committing what is done would bring nothing, or take back that the record in work was committed by hand. After a
    /// seek backwards the position is below what was committed, and what is done counts again.</summary>
    private static bool IsCommitted(long committed, long done, long position) => done == committed || (done < committed && committed <= position);

    /// <summary>Commits what is done, every interval, until the consumer stops.</summary>
    public async Task RunAutoAsync()
    {
        while (true)
        {
            await Task.Delay(context.Options.AutoCommitInterval, context.Time, context.Stopped).ConfigureAwait(true);
            await CommitDoneAsync(context.Table.All).ConfigureAwait(true);
        }
    }

    /// <summary>Commits what is done of these partitions; a failure is told in the log.</summary>
    public async Task CommitDoneAsync(IEnumerable<AssignedPartition> partitions)
    {
        if (context.GroupId is null || member() is null) return;
        var offsets = Collect(partitions, onlyDone: true);
        try
        {
            await CommitAsync(offsets).ConfigureAwait(true);
        }
        catch (KafkaException failure)
        {
            Log.AutoCommitFailed(context.Logger, context.GroupId, failure.Message);
        }
    }

    private async Task SendAllAsync()
    {
        _isSending = true;
        try
        {
            while (_waiting is { } next)
            {
                _waiting = null;
                try
                {
                    await SendAsync(next.Offsets).ConfigureAwait(true);
                    next.Done.TrySetResult();
                }
                catch (Exception failure)
                {
                    next.Done.TrySetException(failure);
                    _ = next.Done.Task.Exception;
                }
            }
        }
        finally
        {
            _isSending = false;
        }
    }

    private async Task SendAsync(Dictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        long started = context.Time.GetTimestamp();
        int rebalances = 0;
        var had = offsets.Keys.Select(context.Table.Find).OfType<AssignedPartition>().ToList();
        for (int tries = 1; ; tries++)
        {
            KafkaException failure;
            ThrowIfGivenAway(had);
            var identity = member() ?? throw new CommitFailedException(
                ErrorCode.UnknownMemberId,
                $"The consumer is not a member of group {context.GroupId} just now: its partitions are given to others or will be. Records " +
                "since the last commit will be read again.");
            try
            {
                await SendOnceAsync(identity, offsets).ConfigureAwait(true);
                return;
            }
            catch (KafkaException refused) when (IsWorthAnotherTry(refused, identity))
            {
                failure = refused;
            }
            if (failure.ErrorCode == ErrorCode.RebalanceInProgress && ++rebalances > RebalancesMax) throw failure;
            if (context.Time.GetElapsedTime(started) > context.Cluster.Options.ApiTimeout) throw failure;
            await context.Cluster.RetryBackoff.WaitAsync(tries, context.Time, context.Stopped).ConfigureAwait(true);
        }
    }

    private bool IsWorthAnotherTry(KafkaException failure, GroupIdentity identity) =>
        failure.IsRetriable || failure.ErrorCode == ErrorCode.StaleMemberEpoch || (IsMemberError(failure.ErrorCode) && member() is { } now
            && now != identity && failure is not CommitFailedException);

    private static bool IsMemberError(ErrorCode error) =>
        error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId or ErrorCode.FencedMemberEpoch;

    private async Task SendOnceAsync(GroupIdentity identity, Dictionary<TopicPartition, OffsetAndMetadata> offsets)
    {
        var ids = new TopicIds(context.Cluster.Metadata.Current, offsets.Keys.Select(partition => partition.Topic));
        var request = new OffsetCommitRequest
        {
            GroupId = identity.GroupId,
            MemberId = identity.MemberId,
            GenerationIdOrMemberEpoch = identity.Generation,
            GroupInstanceId = identity.InstanceId,
            Topics =
            [
                .. offsets.GroupBy(offset => offset.Key.Topic).Select(topic => new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = topic.Key,
                    TopicId = ids.Of(topic.Key),
                    Partitions =
                    [
                        .. topic.Select(offset => new OffsetCommitRequest.OffsetCommitRequestPartition
                        {
                            PartitionIndex = offset.Key.Partition,
                            CommittedOffset = offset.Value.Offset.Value,
                            CommittedLeaderEpoch = offset.Value.LeaderEpoch?.Value ?? -1,
                            CommittedMetadata = offset.Value.Metadata ?? "",
                        }),
                    ],
                }),
            ],
        };
        var response = await CoordinatorCall.SendAsync(
            context, ConnectionLane.Control, request, ids.AreKnown ? short.MaxValue : LastNameVersion, context.Stopped)
            .ConfigureAwait(true);
        foreach (var topic in response.Topics)
        {
            if (ids.NameOf(topic.Name, topic.TopicId) is not { } name) continue;
            foreach (var answer in topic.Partitions)
            {
                var partition = new TopicPartition(name, answer.PartitionIndex);
                if (!offsets.ContainsKey(partition)) continue;
                ThrowIfRefused(identity, partition, answer.ErrorCode);
                if (context.Table.Find(partition) is { } assigned) assigned.CommittedOffset = offsets[partition].Offset.Value;
            }
        }
    }

    /// <summary>A commit that is tried again as a member of a later generation would be accepted, and take back what another member has
    /// committed meanwhile.</summary>
    private void ThrowIfGivenAway(List<AssignedPartition> had)
    {
        if (had.Find(partition => context.Table.Find(partition.TopicPartition) != partition) is not { } gone) return;
        throw new CommitFailedException(
            ErrorCode.RebalanceInProgress,
            $"Offsets were not committed: {gone.TopicPartition} was given up while that was tried. Records since the last commit will be read again.");
    }

    private void ThrowIfRefused(GroupIdentity identity, TopicPartition partition, ErrorCode error)
    {
        if (IsMemberError(error) && member() == identity)
        {
            throw new CommitFailedException(
                error,
                $"Offsets were not committed: group {context.GroupId} went on without this consumer ({error}), which was silent for too long, " +
                "and gave its partitions to others. Records since the last commit will be read again; work on less at a time, or raise " +
                "MaxPollInterval.");
        }
        CoordinatorCall.ThrowIfFailed(context, error, $"Committing an offset of {partition}");
    }

    private sealed class Waiting
    {
        public Dictionary<TopicPartition, OffsetAndMetadata> Offsets { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(5215, LogLevel.Warning, "What is done was not committed in group {Group}: {Reason}", EventName = "AutoCommitFailed")]
        public static partial void AutoCommitFailed(ILogger logger, string group, string reason);
    }
}
