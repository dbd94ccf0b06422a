using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Reading;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>A consumer's part in its group by whichever protocol it is; chooses it, and starts and ends it.</summary>
/// <remarks>Belongs to the actor.</remarks>
internal sealed partial class GroupMembership(ConsumerContext context, Assignment assignment)
{
    private readonly StallWatch _stall = new(context);
    private CancellationTokenSource? _ended;
    private Task _running = Task.CompletedTask;
    private IMembership? _current;
    private Subscription _subscription = Subscription.None;

    public GroupIdentity? Identity => _current?.Identity;

    /// <summary>Who reads now; null when nobody does.</summary>
    public IReading? Reading
    {
        set => _stall.Reading = value;
    }

    /// <summary>Whether it is in the group, or on its way; not after something ended it.</summary>
    public bool IsRunning => _ended is not null && !_running.IsCompleted;

    /// <summary>Starts, or wants other topics.</summary>
    public void Subscribe(Subscription subscription)
    {
        _subscription = subscription;
        _current?.Resubscribe(subscription);
        if (IsRunning) return;
        _ended?.Dispose();
        _ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stopped);
        _running = RunAsync(_ended.Token);
    }

    public void Notice(ClusterSnapshot snapshot) => _current?.Notice(snapshot);

    /// <summary>Gives everything up and leaves the group.</summary>
    /// <param name="patience">How long records in work are waited for.</param>
    /// <param name="cancellationToken">Ends what takes too long.</param>
    public async Task LeaveAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_ended is null) return;
        if (_current is not null && assignment.Owned.Count > 0)
        {
            _current.End();
            await Task.WhenAny(_running, Task.Delay(patience, context.Time, cancellationToken)).ConfigureAwait(true);
        }
        await _ended.CancelAsync().ConfigureAwait(true);
        await _running.ConfigureAwait(true);
        try
        {
            await assignment.RevokeAsync(assignment.Owned, patience).WaitAsync(cancellationToken).ConfigureAwait(true);
        }
        catch (OperationCanceledException)
        {
            // It took too long: the group is told all the same, or finds out by itself.
        }
        if (_current is not null) await _current.LeaveAsync(cancellationToken).ConfigureAwait(true);
        _current = null;
        _ended.Dispose();
        _ended = null;
    }

    /// <summary>Never faults: what ends it is told to the reader.</summary>
    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await OffersConsumerProtocolAsync(cancellationToken).ConfigureAwait(true)
                && await RunConsumerAsync(cancellationToken).ConfigureAwait(true))
            {
                return;
            }
            Log.Protocol(context.Logger, context.GroupId, "classic");
            _current = new ClassicMembership(context, assignment, _stall, _subscription);
            await _current.RunAsync(cancellationToken).ConfigureAwait(true);
        }
        catch (OperationCanceledException)
        {
            // It was ended.
        }
        catch (Exception failure)
        {
            context.Delivery.Fail(failure);
            await assignment.LoseAsync(assignment.Owned).ConfigureAwait(true); // Nobody keeps them for this consumer any more.
        }
    }

    /// <returns>False when the group does not take members of this protocol and the other may be tried.</returns>
    private async Task<bool> RunConsumerAsync(CancellationToken cancellationToken)
    {
        var membership = new ConsumerGroupMembership(context, assignment, _stall, _subscription);
        try
        {
            Log.Protocol(context.Logger, context.GroupId, "consumer");
            _current = membership;
            await membership.RunAsync(cancellationToken).ConfigureAwait(true);
            return true;
        }
        catch (KafkaException refused) when (context.Options.GroupProtocol == GroupProtocol.Auto && !membership.HasJoined
            && refused.ErrorCode is ErrorCode.UnsupportedVersion or ErrorCode.GroupIdNotFound or ErrorCode.InconsistentGroupProtocol)
        {
            Log.FallsBack(context.Logger, context.GroupId, refused.Message);
            return false;
        }
    }

    private async Task<bool> OffersConsumerProtocolAsync(CancellationToken cancellationToken)
    {
        if (context.Options.GroupProtocol == GroupProtocol.Classic) return false;
        if (context.Options.GroupProtocol == GroupProtocol.Consumer) return true;
        if (context.Options.Assignors is not null) return false;
        short wanted = _subscription.Pattern is null ? (short)0 : (short)1;
        for (int failures = 1; ; failures++)
        {
            try
            {
                var connection = await context.Cluster.Coordinators.FindAsync(
                    CoordinatorKind.Group, context.RequireGroup(), context.Pool, ConnectionLane.Control, cancellationToken)
                    .ConfigureAwait(true);
                return connection.Versions.TryPick(ApiKey.ConsumerGroupHeartbeat, short.MaxValue, out short offered) && offered >= wanted;
            }
            catch (KafkaException failure) when (failure.IsRetriable)
            {
                Log.NoCoordinator(context.Logger, context.GroupId, failure.Message);
                await context.Cluster.RetryBackoff.WaitAsync(failures, context.Time, cancellationToken).ConfigureAwait(true);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5235, LogLevel.Debug, "Group {Group}: the {Protocol} protocol is spoken", EventName = "GroupProtocol")]
        public static partial void Protocol(ILogger logger, string? group, string protocol);

        [LoggerMessage(
            5236,
            LogLevel.Information,
            "Group {Group} does not take members of the consumer protocol; the classic one is spoken: {Reason}",
            EventName = "GroupProtocolFallback")]
        public static partial void FallsBack(ILogger logger, string? group, string reason);

        [LoggerMessage(5237, LogLevel.Warning, "The coordinator of group {Group} was not found: {Reason}", EventName = "NoCoordinator")]
        public static partial void NoCoordinator(ILogger logger, string? group, string reason);
    }
}
