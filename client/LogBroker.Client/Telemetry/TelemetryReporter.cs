using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Telemetry;

/// <summary>Tells brokers that ask how the client is doing (KIP-714): asks once what they want, then sends that as often as they
/// want it, and a last time at the end.</summary>
/// <remarks>One loop; it begins when the cluster is known and never disturbs anything else: what fails is told in the log and tried
/// again later.</remarks>
internal sealed partial class TelemetryReporter : IAsyncDisposable
{
    /// <summary>How long before a cluster that does not ask, or refuses, is asked again.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LastPushMax = TimeSpan.FromSeconds(1);

    private readonly Cluster _cluster;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _loop;
    private readonly DateTimeOffset _start;
    private TelemetrySubscription? _subscription;
    private long _lastPush;

    public TelemetryReporter(Cluster cluster)
    {
        _cluster = cluster;
        _start = cluster.Time.GetUtcNow();
        _lastPush = cluster.Time.GetTimestamp();
        _loop = cluster.Options.EnableMetricsPush ? Task.Run(LoopAsync) : Task.CompletedTask;
    }

    /// <summary>The id brokers know this client by; null while none has given it one.</summary>
    public Guid? ClientInstanceId { get; private set; }

    /// <summary>Ends the loop; a subscription gets its last push, for which a second is given.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped.IsCancellationRequested) return;
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (_subscription is not { } subscription) return;
        using var limit = new CancellationTokenSource(LastPushMax, _cluster.Time);
        try
        {
            await PushAsync(subscription, isLast: true, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Whatever it was, the client ends all the same.
            Log.PushFailed(_cluster.Logger, failure.Message);
        }
    }

    private async Task LoopAsync()
    {
        try
        {
            await _cluster.Metadata.WhenChangedAsync(ClusterSnapshot.Empty, _stopped.Token).ConfigureAwait(false);
            while (true)
            {
                TimeSpan pause = await StepAsync().ConfigureAwait(false);
                await Task.Delay(pause, _cluster.Time, _stopped.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (_stopped.IsCancellationRequested)
        {
            // The client is being disposed.
        }
    }

    /// <returns>How long to wait before the next step.</returns>
    private async Task<TimeSpan> StepAsync()
    {
        try
        {
            if (_subscription is { } subscription)
            {
                await PushAsync(subscription, isLast: false, _stopped.Token).ConfigureAwait(false);
                return subscription.PushInterval;
            }
            return await SubscribeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (!_stopped.IsCancellationRequested)
        {
            Log.PushFailed(_cluster.Logger, failure.Message);
            var told = failure as KafkaException;
            bool isStale = told?.ErrorCode == ErrorCode.UnknownSubscriptionId;
            TimeSpan pause = isStale ? _cluster.RetryBackoff.Delay(1) : _subscription?.PushInterval ?? LongPause;
            bool mayPass = told is { IsRetriable: true };
            if (isStale || !mayPass) _subscription = null;
            return isStale || mayPass ? pause : LongPause;
        }
    }

    /// <summary>Asks what brokers want. One that wants nothing is asked again when its interval is over.</summary>
    /// <returns>How long to wait before the next step.</returns>
    private async Task<TimeSpan> SubscribeAsync()
    {
        // A connection is made only where it is wanted.
        if (_cluster.Versions?.Supports(ApiKey.GetTelemetrySubscriptions) != true) return LongPause;
        var connection = await _cluster.ConnectAnyAsync(_stopped.Token).ConfigureAwait(false);
        var request = new GetTelemetrySubscriptionsRequest { ClientInstanceId = ClientInstanceId ?? Guid.Empty };
        var response = await connection.SendAsync(request, _cluster.Options.RequestTimeout, _stopped.Token).ConfigureAwait(false);
        if (response.ErrorCode != ErrorCode.None) throw response.ErrorCode.ToException("Asking which metrics are wanted");
        Log.Subscribed(_cluster.Logger, response.ClientInstanceId, response.RequestedMetrics.Length, response.PushIntervalMs);
        var told = new TelemetrySubscription(response);
        ClientInstanceId = told.ClientInstanceId;
        if (told.Wanted.Count == 0) return told.PushInterval;
        _subscription = told;
        // Clients that start together do not push together.
        return told.PushInterval * (0.5 + Random.Shared.NextDouble());
    }

    private async Task PushAsync(TelemetrySubscription subscription, bool isLast, CancellationToken cancellationToken)
    {
        var elapsed = _cluster.Time.GetElapsedTime(_lastPush);
        _lastPush = _cluster.Time.GetTimestamp();
        var points = _cluster.Metrics.Take(subscription.Wanted, subscription.AsDelta, elapsed);
        var now = _cluster.Time.GetUtcNow();
        var (type, bytes) = subscription.Compress(
            OtlpMetrics.Encode(points, subscription.AsDelta, subscription.AsDelta ? now - elapsed : _start, now));
        if (bytes.Length > subscription.BytesMax)
        {
            Log.PushFailed(_cluster.Logger, $"{bytes.Length} bytes are more than the {subscription.BytesMax} the broker takes");
            return;
        }
        var connection = await _cluster.ConnectAnyAsync(cancellationToken).ConfigureAwait(false);
        var request = new PushTelemetryRequest
        {
            ClientInstanceId = subscription.ClientInstanceId,
            SubscriptionId = subscription.Id,
            Terminating = isLast,
            CompressionType = (sbyte)type,
            Metrics = bytes,
        };
        var response = await connection.SendAsync(request, _cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (response.ErrorCode != ErrorCode.None) throw response.ErrorCode.ToException("Sending metrics");
    }

    private static partial class Log
    {
        [LoggerMessage(5030, LogLevel.Debug, "Brokers know this client as {ClientInstanceId} and want {Metrics} metrics every {IntervalMs} ms",
            EventName = "TelemetrySubscribed")]
        public static partial void Subscribed(ILogger logger, Guid clientInstanceId, int metrics, int intervalMs);

        [LoggerMessage(5031, LogLevel.Debug, "The client's metrics were not sent: {Reason}", EventName = "TelemetryFailed")]
        public static partial void PushFailed(ILogger logger, string reason);
    }
}
