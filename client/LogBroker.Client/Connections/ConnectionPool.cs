using System.Collections.Concurrent;

namespace LogBroker.Client.Connections;

/// <summary>Connections that belong together: one for each broker and lane. The cluster has one that is shared; whoever must not wait
/// behind others, as a consumer's fetches, has a pool of its own.</summary>
/// <remarks>Any thread. Disposing closes its connections; those being made end too.</remarks>
internal sealed class ConnectionPool : IAsyncDisposable
{
    /// <summary>The idle time of a connection on which no answer is awaited.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromTicks(1);

    private readonly ConcurrentDictionary<(int NodeId, ConnectionLane Lane), ConnectionSlot> _slots = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Cluster _cluster;

    public ConnectionPool(Cluster cluster) => _cluster = cluster;

    /// <summary>Gives the connection to a broker, or makes one; one try is made for a call.</summary>
    /// <param name="nodeId">A broker of the snapshot, or a bootstrap server's negative number.</param>
    /// <param name="lane">What for.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="BrokerUnavailableException">It cannot be reached, or the cluster does not have it (any more).</exception>
    /// <exception cref="AuthenticationFailedException">Client and broker do not accept each other.</exception>
    public ValueTask<BrokerConnection> ConnectAsync(int nodeId, ConnectionLane lane, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopped.IsCancellationRequested, _cluster);
        if (_cluster.FindNode(nodeId) is { } node) return Slot(nodeId, lane).GetAsync(node, cancellationToken);
        _cluster.Metadata.RequestRefresh("an unknown broker");
        return ValueTask.FromException<BrokerConnection>(
            new BrokerUnavailableException($"The cluster has no broker {nodeId}, as far as the client knows."));
    }

    /// <summary>The connection to a broker, if there is one that can be used.</summary>
    public BrokerConnection? FindOpen(int nodeId, ConnectionLane lane) =>
        _slots.TryGetValue((nodeId, lane), out var slot) ? slot.Open : null;

    /// <summary>Whether the last try to reach a broker failed.</summary>
    public bool IsFailing(int nodeId, ConnectionLane lane) =>
        _slots.TryGetValue((nodeId, lane), out var slot) && slot.IsFailing;

    /// <summary>Lets the connection to a bootstrap server go on as that to the broker it was found to be, which saves making one; closes
    /// it when it is none of the cluster's, or that broker has a connection, unless an answer is awaited on it.</summary>
    /// <param name="bootstrapId">The bootstrap server's negative number.</param>
    /// <param name="lane">What the connection is for.</param>
    /// <param name="broker">The broker of the same address; null when there is none.</param>
    public ValueTask AdoptAsync(int bootstrapId, ConnectionLane lane, BrokerNode? broker)
    {
        var from = Slot(bootstrapId, lane);
        if (broker is null) return from.CloseIdleAsync(Unused);
        var to = Slot(broker.Id, lane);
        if (!to.TryAdopt(from, broker)) return from.CloseIdleAsync(Unused);
        return _stopped.IsCancellationRequested ? to.DisposeAsync() : ValueTask.CompletedTask;
    }

    /// <summary>Closes connections that were not used for so long, and those to brokers the cluster does not have any more.</summary>
    public async Task CloseIdleAsync(TimeSpan idleMax)
    {
        foreach (var ((nodeId, _), slot) in _slots)
        {
            bool isKnown = _cluster.FindNode(nodeId) is not null;
            await slot.CloseIdleAsync(isKnown ? idleMax : Unused).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopped.IsCancellationRequested) return;
        await _stopped.CancelAsync().ConfigureAwait(false);
        _cluster.Remove(this);
        foreach (var slot in _slots.Values) await slot.DisposeAsync().ConfigureAwait(false);
    }

    private ConnectionSlot Slot(int nodeId, ConnectionLane lane) =>
        _slots.GetOrAdd((nodeId, lane), static (key, pool) => pool.NewSlot(key.Lane), this);

    private ConnectionSlot NewSlot(ConnectionLane lane) =>
        new(_cluster.Connector, _cluster.Metrics.Of(lane), _cluster.Options, _cluster.Logger, _stopped.Token);
}
