using LogBroker.Client.Retry;
using LogBroker.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Connections;

/// <summary>The one connection of a pool to a broker and lane: made when it is asked for, made anew when it has ended, with a growing
/// wait between tries that fail.</summary>
/// <remarks>Any thread. Callers that come while a connection is being made share the try and its outcome; a caller that gives up
/// does not end it.</remarks>
internal sealed partial class ConnectionSlot(
    BrokerConnector connector, LaneMetrics metrics, ClientOptions options, ILogger logger, CancellationToken stopped)
    : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Backoff _backoff = new(options.ReconnectBackoff, options.ReconnectBackoffMax);
    private BrokerConnection? _connection;
    private Task<BrokerConnection>? _connecting;
    private int _failures;
    private long _failedAt;

    /// <summary>The connection, if there is one that can be used.</summary>
    public BrokerConnection? Open => Volatile.Read(ref _connection) is { IsOpen: true } connection ? connection : null;

    /// <summary>Whether the last try failed.</summary>
    public bool IsFailing => Volatile.Read(ref _failures) > 0;

    /// <summary>Gives the connection, or makes one. One try is made for a call, after the wait that earlier failures ask for.</summary>
    /// <exception cref="BrokerUnavailableException">The try failed.</exception>
    public ValueTask<BrokerConnection> GetAsync(BrokerNode broker, CancellationToken cancellationToken)
    {
        if (OpenTo(broker) is { } open) return ValueTask.FromResult(open);
        Task<BrokerConnection> connecting;
        lock (_lock)
        {
            // The try that was under way may have ended in between.
            if (OpenTo(broker) is { } made) return ValueTask.FromResult(made);
            if (_connecting is null)
            {
                _connecting = Task.Run(() => ConnectAsync(broker), CancellationToken.None);
                _connecting.IgnoreFailure();
            }
            connecting = _connecting;
        }
        return new ValueTask<BrokerConnection>(connecting.WaitAsync(cancellationToken));
    }

    /// <summary>Takes over another slot's connection as one to <paramref name="broker"/>, unless it has or makes one itself.</summary>
    /// <returns>Whether it has it now.</returns>
    public bool TryAdopt(ConnectionSlot other, BrokerNode broker)
    {
        lock (_lock)
        {
            if (_connection is not null || _connecting is not null) return false;
            var connection = Interlocked.Exchange(ref other._connection, null);
            if (connection is null) return false;
            connection.Broker = broker;
            Volatile.Write(ref _connection, connection);
        }
        Volatile.Write(ref _failures, 0);
        return true;
    }

    /// <summary>Closes the connection when it was not used for so long.</summary>
    public async ValueTask CloseIdleAsync(TimeSpan idleMax)
    {
        if (Open is not { } connection || connection.IdleTime < idleMax) return;
        Log.ClosedIdle(logger, connection.Broker);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the connection; the slot can be used again.</summary>
    public async ValueTask DisposeAsync()
    {
        var connection = Interlocked.Exchange(ref _connection, null);
        if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
    }

    private BrokerConnection? OpenTo(BrokerNode broker) => Open is { } open && open.Broker.Address == broker.Address ? open : null;

    private async Task<BrokerConnection> ConnectAsync(BrokerNode broker)
    {
        try
        {
            await DisposeAsync().ConfigureAwait(false);
            await WaitAfterFailureAsync().ConfigureAwait(false);
            var connection = await connector.ConnectAsync(broker, metrics, stopped).ConfigureAwait(false);
            Volatile.Write(ref _connection, connection);
            Volatile.Write(ref _failures, 0);
            if (stopped.IsCancellationRequested) await DisposeAsync().ConfigureAwait(false);
            stopped.ThrowIfCancellationRequested();
            Log.Connected(logger, broker);
            return connection;
        }
        catch (Exception failure) when (stopped.IsCancellationRequested)
        {
            throw new BrokerUnavailableException($"The client was disposed while it connected to the {broker}.", failure);
        }
        catch (KafkaException failure)
        {
            _failedAt = options.TimeProvider.GetTimestamp();
            int failures = Interlocked.Increment(ref _failures);
            Log.ConnectFailed(logger, broker, failures, failure.Message);
            throw;
        }
        finally
        {
            lock (_lock) _connecting = null;
        }
    }

    private async Task WaitAfterFailureAsync()
    {
        if (!IsFailing) return;
        TimeSpan left = _backoff.Delay(_failures) - options.TimeProvider.GetElapsedTime(_failedAt);
        if (left > TimeSpan.Zero) await Task.Delay(left, options.TimeProvider, stopped).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(5000, LogLevel.Debug, "Connected to the {Broker}", EventName = "Connected")]
        public static partial void Connected(ILogger logger, BrokerNode broker);

        [LoggerMessage(5001, LogLevel.Warning, "Connecting to the {Broker} failed, {Failures} times in a row: {Reason}",
            EventName = "ConnectFailed")]
        public static partial void ConnectFailed(ILogger logger, BrokerNode broker, int failures, string reason);

        [LoggerMessage(5002, LogLevel.Debug, "Closed an unused connection to the {Broker}", EventName = "ClosedIdle")]
        public static partial void ClosedIdle(ILogger logger, BrokerNode broker);
    }
}
