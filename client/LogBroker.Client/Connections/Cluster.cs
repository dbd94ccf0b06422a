using System.Collections.Concurrent;
using System.Collections.Immutable;
using LogBroker.Client.Metadata;
using LogBroker.Client.Retry;
using LogBroker.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Connections;

/// <summary>A client's way to its cluster: what is known of it, and connections to its brokers. Producers, consumers and the admin
/// client of one <see cref="LogBrokerClient"/> share it.</summary>
/// <remarks>Any thread. Nothing is connected before something is asked for. Disposing closes all connections, those of pools made
/// here too, and fails whoever waits.</remarks>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly TimeSpan SweepPeriodMax = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ConnectionPool, bool> _pools = new();
    private readonly ImmutableArray<BrokerNode> _bootstrap;
    private readonly ITimer _sweep;
    private int _isDisposed;

    public Cluster(ClientOptions options)
    {
        options.Validate();
        Options = options;
        Logger = options.LoggerFactory.CreateLogger("LogBroker.Client");
        RetryBackoff = new Backoff(options.RetryBackoff, options.RetryBackoffMax);
        Connector = new BrokerConnector(options);
        _bootstrap = [.. options.BootstrapServers.Select(AsNode)];
        Connections = NewPool();
        Metadata = new ClusterMetadata(this);
        Coordinators = new CoordinatorLookup(this);
        Telemetry = new TelemetryReporter(this);
        var period = options.ConnectionIdleMax / 2 < SweepPeriodMax ? options.ConnectionIdleMax / 2 : SweepPeriodMax;
        _sweep = options.TimeProvider.CreateTimer(_ => SweepAsync().IgnoreFailure(), null, period, period);
    }

    public ClientOptions Options { get; }

    public ILogger Logger { get; }

    public TimeProvider Time => Options.TimeProvider;

    /// <summary>The wait between tries of requests that failed (<c>retry.backoff.ms</c>).</summary>
    public Backoff RetryBackoff { get; }

    public BrokerConnector Connector { get; }

    public ClusterMetadata Metadata { get; }

    public CoordinatorLookup Coordinators { get; }

    /// <summary>What the broker offers that was asked about the cluster last; null before one was.</summary>
    public ApiVersionTable? Versions { get; internal set; }

    /// <summary>What is noted of connections, for brokers that ask.</summary>
    public ClientMetrics Metrics { get; } = new();

    public TelemetryReporter Telemetry { get; }

    /// <summary>The connections that are shared by all who have no pool of their own.</summary>
    public ConnectionPool Connections { get; }

    /// <summary>The bootstrap servers, with negative ids.</summary>
    public ImmutableArray<BrokerNode> BootstrapNodes => _bootstrap;

    /// <summary>Makes a pool that shares no connection with anybody. Whoever asks disposes it.</summary>
    public ConnectionPool NewPool()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        var pool = new ConnectionPool(this);
        _pools.TryAdd(pool, true);
        return pool;
    }

    /// <inheritdoc cref="ConnectionPool.ConnectAsync"/>
    public ValueTask<BrokerConnection> ConnectAsync(int nodeId, ConnectionLane lane, CancellationToken cancellationToken) =>
        Connections.ConnectAsync(nodeId, lane, cancellationToken);

    /// <summary>A connection to whichever broker is easiest to reach, for questions that every broker answers.</summary>
    /// <exception cref="BrokerUnavailableException">None of those known was reached; news about the cluster is on its way.</exception>
    public async ValueTask<BrokerConnection> ConnectAnyAsync(CancellationToken cancellationToken)
    {
        if (Metadata.Current.Brokers.Count == 0) await Metadata.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return await ReachAnyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same; a bootstrap server's connection will do as long as no broker is known. For questions whose answers are not taken
    /// for news about the cluster.</summary>
    /// <exception cref="BrokerUnavailableException">None of those known was reached; news about the cluster is on its way.</exception>
    public async ValueTask<BrokerConnection> ReachAnyAsync(CancellationToken cancellationToken)
    {
        var snapshot = Metadata.Current;
        try
        {
            return await StaggeredTries.RunAsync(
                snapshot.Brokers.Count > 0 ? BrokerChoice.InOrder(snapshot, Connections) : BrokerChoice.Shuffled(BootstrapNodes),
                (nodeId, token) => ConnectAsync(nodeId, ConnectionLane.Control, token).AsTask(),
                BrokerChoice.Patience,
                Time,
                cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerUnavailableException)
        {
            Metadata.RequestRefresh("no known broker answers");
            throw;
        }
    }

    /// <summary>A broker's address, or a bootstrap server's; null when there is none of that number.</summary>
    public BrokerNode? FindNode(int nodeId) => nodeId < 0
        ? _bootstrap.ElementAtOrDefault(-1 - nodeId)
        : Metadata.Current.Brokers.GetValueOrDefault(nodeId);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        try
        {
            await _sweep.DisposeAsync().ConfigureAwait(false);
            await Telemetry.DisposeAsync().ConfigureAwait(false);
            await Metadata.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            foreach (var pool in _pools.Keys) await pool.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal void Remove(ConnectionPool pool) => _pools.TryRemove(pool, out _);

    private async Task SweepAsync()
    {
        foreach (var pool in _pools.Keys) await pool.CloseIdleAsync(Options.ConnectionIdleMax).ConfigureAwait(false);
    }

    private static BrokerNode AsNode(string server, int index) => BrokerAddress.TryParse(server, out var address)
        ? new BrokerNode(-1 - index, address.Host, address.Port)
        : throw new ClientOptionsException($"\"{server}\" is no host:port.");
}
