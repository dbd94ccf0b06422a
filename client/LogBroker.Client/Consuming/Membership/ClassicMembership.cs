using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>The classic protocol: JoinGroup, SyncGroup, heartbeats; one member hands out the partitions.</summary>
/// <remarks>
/// One loop joins and waits for a reason to join again, another is heard every <c>heartbeat.interval.ms</c>, also while the first gives
/// partitions up. With cooperative assignors members keep what they have during a rebalance, give up what the new assignment takes from
/// them, and join again so that it can go to the others.
/// </remarks>
internal sealed partial class ClassicMembership : IMembership
{
    private readonly ConsumerContext _context;
    private readonly Assignment _assignment;
    private readonly StallWatch _stall;
    private readonly ClassicJoin _join;
    private readonly Signal _reasonToJoin = new();
    private string _reason = "the consumer starts";
    private bool _isJoining;
    private bool _isLost;
    private bool _isEnding;
    private KafkaException? _fatal;

    public ClassicMembership(ConsumerContext context, Assignment assignment, StallWatch stall, Subscription subscription)
    {
        _context = context;
        _assignment = assignment;
        _stall = stall;
        _join = new ClassicJoin(context, subscription);
    }

    public GroupIdentity? Identity => _isLost ? null : _join.Identity;

    public void Resubscribe(Subscription subscription)
    {
        _join.Subscription = subscription;
        JoinAgain("the subscription has changed");
    }

    public void Notice(ClusterSnapshot snapshot)
    {
        if (_join.IsOutdated(snapshot)) JoinAgain("topics have changed");
    }

    public void End()
    {
        _isEnding = true;
        _reasonToJoin.Set();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var heartbeats = BeatAsync(ended.Token);
        try
        {
            await JoinAndStayAsync(cancellationToken).ConfigureAwait(true);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(true);
            await heartbeats.ConfigureAwait(true);
        }
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        _join.Forget();
        if (_join.MemberId.Length == 0 || _context.Options.GroupInstanceId is not null) return;
        var request = new LeaveGroupRequest
        {
            GroupId = _context.RequireGroup(),
            Members = [new() { MemberId = _join.MemberId, Reason = "the consumer is being closed" }],
        };
        try
        {
            await CoordinatorCall.SendAsync(_context, ConnectionLane.Control, request, short.MaxValue, cancellationToken)
                .ConfigureAwait(true);
        }
        catch (KafkaException failure)
        {
            Log.LeaveFailed(_context.Logger, _context.GroupId, failure.Message);
        }
        _join.StartOver();
    }

    private async Task JoinAndStayAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!_isEnding)
        {
            try
            {
                await GiveUpBeforeJoinAsync().ConfigureAwait(true);
                if (_fatal is { } before) throw before;
                if (_isEnding) return;
                _reasonToJoin.Clear(); // Whatever it was, it is served by this round.
                await JoinAsync(cancellationToken).ConfigureAwait(true);
                failures = 0;
                await _reasonToJoin.WaitAsync(cancellationToken).ConfigureAwait(true);
                if (_fatal is { } fatal) throw fatal;
                if (_isEnding) return;
                if (_stall.IsStalled()) await SitOutAsync(cancellationToken).ConfigureAwait(true);
            }
            catch (KafkaException failure) when (TakeFailure(failure))
            {
                failures++;
                Log.JoinDelayed(_context.Logger, _context.GroupId, failure.Message);
                await _context.Cluster.RetryBackoff.WaitAsync(failures, _context.Time, cancellationToken).ConfigureAwait(true);
            }
        }
    }

    /// <summary>Before it joins, a consumer of an eager group gives up all it has; one that was thrown out has lost it.</summary>
    private async Task GiveUpBeforeJoinAsync()
    {
        if (_isLost) await _assignment.LoseAsync(_assignment.Owned).ConfigureAwait(true);
        else if (!_join.IsCooperative) await _assignment.RevokeAsync(_assignment.Owned).ConfigureAwait(true);
        _isLost = false;
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        Log.Joining(_context.Logger, _context.GroupId, _reason);
        _isJoining = true;
        try
        {
            await _join.JoinAsync(_assignment.Owned, _reason, cancellationToken).ConfigureAwait(true);
        }
        finally
        {
            _isJoining = false;
        }
        var assigned = await _join.SyncAsync(cancellationToken).ConfigureAwait(true);
        TopicPartition[] revoked = [.. _assignment.Owned.Except(assigned)];
        if (revoked.Length > 0)
        {
            await _assignment.RevokeAsync(revoked).ConfigureAwait(true);
            JoinAgain("partitions were given up for others");
        }
        await _assignment.AddAsync([.. assigned.Except(_assignment.Owned)]).ConfigureAwait(true);
        _join.Remember(_assignment.Owned);
        Notice(_context.Cluster.Metadata.Current); // News that came meanwhile were about no generation yet.
    }

    /// <summary>The reader does not come back: the others get its partitions until it does.</summary>
    private async Task SitOutAsync(CancellationToken cancellationToken)
    {
        Log.SatOut(_context.Logger, _context.GroupId, _context.Options.MaxPollInterval);
        ConsumerMetrics.Stalled(_context.RequireGroup());
        await LeaveAsync(cancellationToken).ConfigureAwait(true);
        await _assignment.LoseAsync(_assignment.Owned).ConfigureAwait(true);
        await _stall.WaitUntilMovedAsync().ConfigureAwait(true);
    }

    private void JoinAgain(string reason)
    {
        _reason = reason;
        _reasonToJoin.Set();
    }

    /// <returns>Whether to try again.</returns>
    private bool TakeFailure(KafkaException failure)
    {
        switch (failure.ErrorCode)
        {
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration:
                Lose(failure.ErrorCode);
                return true;
            case ErrorCode.RebalanceInProgress:
                return true;
            default:
                return failure.IsRetriable;
        }
    }

    private void Lose(ErrorCode error)
    {
        _isLost = true;
        if (error == ErrorCode.UnknownMemberId) _join.StartOver();
        else _join.Forget();
    }

    /// <summary>Is heard by the group until cancelled.</summary>
    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        try
        {
            while (true)
            {
                var pause = failures > 0 ? _context.Cluster.RetryBackoff.Delay(failures) : _context.Options.HeartbeatInterval;
                await Task.Delay(pause, _context.Time, cancellationToken).ConfigureAwait(true);
                if (_isJoining || Identity is not { } identity) continue;
                if (_stall.IsStalled()) JoinAgain("the reader has come back");
                else failures = await TryBeatAsync(identity, cancellationToken).ConfigureAwait(true) ? 0 : failures + 1;
            }
        }
        catch (OperationCanceledException)
        {
            // The membership ends.
        }
    }

    /// <returns>Whether the group answered.</returns>
    private async Task<bool> TryBeatAsync(GroupIdentity identity, CancellationToken cancellationToken)
    {
        var request = new HeartbeatRequest
        {
            GroupId = identity.GroupId,
            MemberId = identity.MemberId,
            GenerationId = identity.Generation,
            GroupInstanceId = identity.InstanceId,
        };
        try
        {
            var response = await CoordinatorCall.SendAsync(
                _context, ConnectionLane.Control, request, short.MaxValue, cancellationToken).ConfigureAwait(true);
            if (_isJoining || Identity != identity) return true; // The answer is about an earlier generation.
            TakeBeat(response.ErrorCode);
            return response.ErrorCode is not (ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable
                or ErrorCode.CoordinatorLoadInProgress);
        }
        catch (KafkaException failure) when (failure.IsRetriable)
        {
            return false;
        }
        catch (KafkaException failure)
        {
            _fatal = failure;
            _reasonToJoin.Set();
            return false;
        }
    }

    private void TakeBeat(ErrorCode error)
    {
        switch (error)
        {
            case ErrorCode.None:
                break;
            case ErrorCode.RebalanceInProgress:
                JoinAgain("the group rebalances");
                break;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration:
                Lose(error);
                JoinAgain($"the group went on without it: {error}");
                break;
            case ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable:
                _context.Cluster.Coordinators.Forget(CoordinatorKind.Group, _context.RequireGroup());
                break;
            case ErrorCode.CoordinatorLoadInProgress:
                break;
            default:
                _fatal = error.ToException($"A heartbeat to group {_context.GroupId}");
                _reasonToJoin.Set();
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5225, LogLevel.Information, "Joining group {Group}: {Reason}", EventName = "Joining")]
        public static partial void Joining(ILogger logger, string? group, string reason);

        [LoggerMessage(5226, LogLevel.Information, "Group {Group} was not joined yet: {Reason}", EventName = "JoinDelayed")]
        public static partial void JoinDelayed(ILogger logger, string? group, string reason);

        [LoggerMessage(
            5227,
            LogLevel.Error,
            "Leaving group {Group}: nothing was asked for, or a handler did not end, during {Limit} (MaxPollInterval). Work on less at a time, or raise it",
            EventName = "SatOut")]
        public static partial void SatOut(ILogger logger, string? group, TimeSpan limit);

        [LoggerMessage(5228, LogLevel.Information, "Group {Group} was not told that a member leaves: {Reason}", EventName = "LeaveFailed")]
        public static partial void LeaveFailed(ILogger logger, string? group, string reason);
    }
}
