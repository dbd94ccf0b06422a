using LogBroker.Client.Consuming.Membership;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>Finds where each partition is read from: what the group committed, else what the reset policy says; and looks after a change
/// of leader whether the log still has it (KIP-320).</summary>
/// <remarks>An activity of the actor. Failures are retried with backoff; partitions that cannot be helped fail the reader.</remarks>
internal sealed partial class PositionKeeper(ConsumerContext context, OffsetLookup lookup, Func<GroupIdentity?> member)
{
    private readonly Signal _work = new();
    private readonly CommittedOffsets _committed = new(context);
    private readonly PositionValidation _validation = new(context);

    /// <summary>Called when a partition can be fetched.</summary>
    public required Action Ready { get; init; }

    /// <summary>Says that a partition's state has changed. Any thread.</summary>
    public void Ask() => _work.Set();

    /// <summary>Works until the consumer stops.</summary>
    public async Task RunAsync()
    {
        int failures = 0;
        while (true)
        {
            if (failures > 0) await context.Cluster.RetryBackoff.WaitAsync(failures, context.Time, context.Stopped).ConfigureAwait(true);
            else await _work.WaitAsync(context.Stopped).ConfigureAwait(true);
            try
            {
                bool isComplete = await TakeCommittedAsync().ConfigureAwait(true);
                isComplete &= await _validation.RunAsync().ConfigureAwait(true);
                isComplete &= await LookUpAsync().ConfigureAwait(true);
                failures = isComplete ? 0 : failures + 1;
            }
            catch (KafkaException failure) when (failure.IsRetriable || failure.ErrorCode == ErrorCode.StaleMemberEpoch)
            {
                failures++;
                Log.PositionsDelayed(context.Logger, failure.Message);
            }
            catch (KafkaException failure)
            {
                failures = 1;
                if (failure.ErrorCode is not (ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration)) context.Delivery.Fail(failure);
            }
            Ready();
        }
    }

    /// <summary>Sets a partition's position; everything fetched before is of no use.</summary>
    public void Set(AssignedPartition partition, long offset, LeaderEpoch epoch)
    {
        partition.FetchOffset = offset;
        partition.FetchEpoch = epoch;
        partition.LeaderEpoch = LeaderEpoch.None;
        partition.RetryAt = 0;
        partition.State = epoch == LeaderEpoch.None ? PositionState.Ready : PositionState.NeedsValidation;
        context.Delivery.Reposition(partition, offset, epoch);
    }

    private async Task<bool> TakeCommittedAsync()
    {
        var waiting = InState(PositionState.NeedsCommitted);
        if (waiting.Count == 0) return true;
        if (context.GroupId is not null && member() is null) return false; // It was thrown out just now, and will lose them.
        var versions = waiting.ToDictionary(partition => partition, partition => partition.Version);
        var committed = context.GroupId is not null && member() is { } identity
            ? await _committed.FetchAsync([.. waiting.Select(partition => partition.TopicPartition)], identity, context.Stopped)
                .ConfigureAwait(true)
            : [];
        foreach (var partition in waiting)
        {
            if (partition.State != PositionState.NeedsCommitted || versions[partition] != partition.Version) continue;
            if (committed.TryGetValue(partition.TopicPartition, out var offset))
            {
                partition.CommittedOffset = offset.Offset.Value;
                Set(partition, offset.Offset.Value, offset.LeaderEpoch ?? LeaderEpoch.None);
            }
            else
            {
                partition.FetchOffset = -1;
                PositionReset.Apply(context, partition);
            }
        }
        return true;
    }

    private async Task<bool> LookUpAsync()
    {
        var waiting = InState(PositionState.NeedsLookup);
        if (waiting.Count == 0) return true;
        var wanted = waiting.ToDictionary(partition => partition.TopicPartition, partition => partition.LookupTimestamp);
        var found = await lookup.TryFindAsync(wanted, context.Stopped).ConfigureAwait(true);
        bool isComplete = true;
        foreach (var partition in waiting)
        {
            if (partition.State != PositionState.NeedsLookup || partition.LookupTimestamp != wanted[partition.TopicPartition]) continue;
            if (!found.TryGetValue(partition.TopicPartition, out var offset))
            {
                isComplete = false;
            }
            else if (offset.Offset < 0 && partition.LookupTimestamp >= 0)
            {
                partition.LookupTimestamp = PositionReset.Latest; // Nothing is as young as that: what comes will be.
                isComplete = false;
            }
            else
            {
                Log.Reset(context.Logger, partition.TopicPartition, offset.Offset);
                Set(partition, offset.Offset, LeaderEpoch.None);
            }
        }
        return isComplete;
    }

    private List<AssignedPartition> InState(PositionState state) =>
        [.. context.Table.All.Where(partition => partition.State == state && !partition.IsRevoked)];

    private static partial class Log
    {
        [LoggerMessage(5210, LogLevel.Information, "{Partition} is read from offset {Offset} on", EventName = "PositionReset")]
        public static partial void Reset(ILogger logger, TopicPartition partition, long offset);

        [LoggerMessage(5211, LogLevel.Debug, "Positions are not known yet: {Reason}", EventName = "PositionsDelayed")]
        public static partial void PositionsDelayed(ILogger logger, string reason);
    }
}
