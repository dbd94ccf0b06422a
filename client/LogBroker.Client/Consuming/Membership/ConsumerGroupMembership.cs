using System.Collections.Immutable;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Metadata;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>KIP-848: the broker hands out the partitions, and heartbeats carry everything.</summary>
/// <remarks>
/// One loop is heard as often as the broker says and takes what it answers; giving up and taking up partitions
/// (<see cref="ReconcileAsync"/>) goes on beside it, since it may wait for a record in work. What is not told in a heartbeat is
/// unchanged; after an error everything is told. Whatever there is to tell is told at once, and a member without partitions asks sooner
/// at first: brokers hand out a while after it has joined, and it would wait for a whole interval to hear of it.
/// </remarks>
internal sealed partial class ConsumerGroupMembership : IMembership
{
    private const int LeaveEpoch = -1;
    private const int StaticLeaveEpoch = -2;
    private const int DoublingsMax = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly ConsumerContext _context;
    private readonly Assignment _assignment;
    private readonly StallWatch _stall;
    private readonly Signal _due = new();
    private readonly ConsumerGroupHeartbeat _heartbeat;
    private ImmutableArray<ConsumerGroupHeartbeatResponse.TopicPartitions>? _target;
    private TimeSpan _interval;
    private int _pausesWithoutPartitions;
    private bool _isReconciling;
    private bool _isEnding;

    public ConsumerGroupMembership(ConsumerContext context, Assignment assignment, StallWatch stall, Subscription subscription)
    {
        _context = context;
        _assignment = assignment;
        _stall = stall;
        _interval = context.Options.HeartbeatInterval;
        _heartbeat = new ConsumerGroupHeartbeat(context, subscription);
    }

    /// <summary>Whether the group has ever taken the consumer.</summary>
    public bool HasJoined { get; private set; }

    public GroupIdentity? Identity { get; private set; }

    public void Resubscribe(Subscription subscription)
    {
        _heartbeat.Resubscribe(subscription);
        _pausesWithoutPartitions = 0;
        _due.Set();
    }

    public void Notice(ClusterSnapshot snapshot)
    {
        // The broker watches topics.
    }

    public void End()
    {
        _isEnding = true;
        _due.Set();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!_isEnding)
        {
            try
            {
                if (Identity is not null && _stall.IsStalled()) await SitOutAsync(cancellationToken).ConfigureAwait(true);
                var response = await _heartbeat.SendAsync(cancellationToken).ConfigureAwait(true);
                failures = 0;
                Take(response);
                if (_isEnding) return;
                await _due.WaitAsync(NextPause(), _context.Time, cancellationToken).ConfigureAwait(true);
            }
            catch (KafkaException failure) when (IsWorthAnotherTry(failure))
            {
                failures++;
                Log.HeartbeatFailed(_context.Logger, _context.GroupId, failure.Message);
                if (failure.ErrorCode is ErrorCode.UnknownMemberId or ErrorCode.FencedMemberEpoch)
                    await LoseAsync().ConfigureAwait(true);
                else await _context.Cluster.RetryBackoff.WaitAsync(failures, _context.Time, cancellationToken).ConfigureAwait(true);
            }
        }
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        _target = null;
        Identity = null;
        if (!_heartbeat.MayBeMember) return;
        try
        {
            int epoch = _context.Options.GroupInstanceId is null ? LeaveEpoch : StaticLeaveEpoch;
            await _heartbeat.LeaveAsync(epoch, cancellationToken).ConfigureAwait(true);
        }
        catch (KafkaException failure)
        {
            Log.LeaveFailed(_context.Logger, _context.GroupId, failure.Message);
        }
    }

    private static bool IsWorthAnotherTry(KafkaException failure) => failure.IsRetriable || failure.ErrorCode is
        ErrorCode.UnknownMemberId or ErrorCode.FencedMemberEpoch or ErrorCode.UnreleasedInstanceId;

    private TimeSpan NextPause()
    {
        if (_assignment.Owned.Count > 0) return _interval;
        var early = FirstPause * (1 << Math.Min(_pausesWithoutPartitions++, DoublingsMax));
        return early < _interval ? early : _interval;
    }

    private void Take(ConsumerGroupHeartbeatResponse response)
    {
        HasJoined = true;
        if (response.HeartbeatIntervalMs > 0) _interval = TimeSpan.FromMilliseconds(response.HeartbeatIntervalMs);
        if (Identity?.Generation != response.MemberEpoch)
        {
            Identity = new GroupIdentity(
                _context.RequireGroup(), _heartbeat.MemberId, response.MemberEpoch, _context.Options.GroupInstanceId)
            {
                IsConsumerProtocol = true,
            };
        }
        if (response.Assignment is not { } assignment) return;
        _target = assignment.TopicPartitions;
        if (!_isReconciling) ReconcileAsync().IgnoreFailure();
    }

    /// <summary>Makes what the consumer has what the broker last said, first giving up, then taking up, and tells the broker after each.
    /// </summary>
    private async Task ReconcileAsync()
    {
        _isReconciling = true;
        try
        {
            for (int tries = 1; _target is { } target; tries++)
            {
                bool isKnown = _heartbeat.TryName(target, _context.Cluster.Metadata.Current, out var wanted);
                TopicPartition[] revoked = [.. _assignment.Owned.Except(wanted)];
                if (revoked.Length > 0)
                {
                    await _assignment.RevokeAsync(revoked).ConfigureAwait(true);
                    Acknowledge();
                }
                if (_target != target) continue; // It was lost meanwhile, or there is a newer one.
                await _assignment.AddAsync([.. wanted.Except(_assignment.Owned)]).ConfigureAwait(true);
                Acknowledge();
                if (_target != target) continue;
                if (isKnown) return;
                _context.Cluster.Metadata.RequestRefresh("an assigned topic is not known");
                await _context.Cluster.RetryBackoff.WaitAsync(tries, _context.Time, _context.Stopped).ConfigureAwait(true);
            }
        }
        finally
        {
            _isReconciling = false;
        }
    }

    private void Acknowledge()
    {
        _heartbeat.Owned = _assignment.Owned;
        _due.Set();
    }

    /// <summary>The group went on without the consumer, which joins again with nothing.</summary>
    private async Task LoseAsync()
    {
        Identity = null;
        _target = null;
        _heartbeat.StartOver();
        _pausesWithoutPartitions = 0;
        await _assignment.LoseAsync(_assignment.Owned).ConfigureAwait(true);
    }

    /// <summary>The reader does not come back: the others get its partitions until it does.</summary>
    private async Task SitOutAsync(CancellationToken cancellationToken)
    {
        Log.SatOut(_context.Logger, _context.GroupId, _context.Options.MaxPollInterval);
        ConsumerMetrics.Stalled(_context.RequireGroup());
        await LeaveAsync(cancellationToken).ConfigureAwait(true);
        await LoseAsync().ConfigureAwait(true);
        await _stall.WaitUntilMovedAsync().ConfigureAwait(true);
    }

    private static partial class Log
    {
        [LoggerMessage(5230, LogLevel.Information, "A heartbeat to group {Group} failed: {Reason}", EventName = "HeartbeatFailed")]
        public static partial void HeartbeatFailed(ILogger logger, string? group, string reason);

        [LoggerMessage(
            5231,
            LogLevel.Error,
            "Leaving group {Group}: nothing was asked for, or a handler did not end, during {Limit} (MaxPollInterval). Work on less at a time, or raise it",
            EventName = "MemberSatOut")]
        public static partial void SatOut(ILogger logger, string? group, TimeSpan limit);

        [LoggerMessage(5232, LogLevel.Information, "Group {Group} was not told that a member leaves: {Reason}", EventName = "MemberLeaveFailed")]
        public static partial void LeaveFailed(ILogger logger, string? group, string reason);
    }
}
