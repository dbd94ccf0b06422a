using System.Collections.Concurrent;
using LogBroker.Client.Errors;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Connections;

/// <summary>Finds the broker that coordinates a group or a transactional id, and remembers it until told to forget.</summary>
/// <remarks>Any thread. A caller whose coordinator answers NOT_COORDINATOR or cannot be reached calls <see cref="Forget"/> and
/// looks again.</remarks>
internal sealed class CoordinatorLookup(Cluster cluster)
{
    /// <summary>From this version on one request asks for several keys (KIP-699).</summary>
    private const short FirstBatchedVersion = 4;

    private readonly ConcurrentDictionary<(CoordinatorKind Kind, string Key), int> _known = new();

    /// <summary>A connection of <paramref name="pool"/> to the coordinator.</summary>
    /// <exception cref="KafkaException">It was not found within <c>default.api.timeout.ms</c>, or cannot be reached.</exception>
    public async ValueTask<BrokerConnection> FindAsync(
        CoordinatorKind kind, string key, ConnectionPool pool, ConnectionLane lane, CancellationToken cancellationToken)
    {
        int nodeId = await FindNodeAsync(kind, key, cancellationToken).ConfigureAwait(false);
        try
        {
            return await pool.ConnectAsync(nodeId, lane, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerUnavailableException)
        {
            Forget(kind, key);
            throw;
        }
    }

    /// <summary>The same over the connections all share.</summary>
    /// <inheritdoc cref="FindAsync(CoordinatorKind, string, ConnectionPool, ConnectionLane, CancellationToken)"/>
    public ValueTask<BrokerConnection> FindAsync(
        CoordinatorKind kind, string key, ConnectionLane lane, CancellationToken cancellationToken) =>
        FindAsync(kind, key, cluster.Connections, lane, cancellationToken);

    /// <summary>The coordinator's id, from memory or by asking until <c>default.api.timeout.ms</c> is over.</summary>
    public async ValueTask<int> FindNodeAsync(CoordinatorKind kind, string key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((kind, key), out int known)) return known;
        using var time = new CallTime(cluster, cancellationToken);
        return await time.RetryAsync(token => AskAsync(kind, key, token), static failure => failure.IsRetriable).ConfigureAwait(false);
    }

    /// <summary>Forgets the coordinator: the next look-up asks.</summary>
    public void Forget(CoordinatorKind kind, string key) => _known.TryRemove((kind, key), out _);

    private async Task<int> AskAsync(CoordinatorKind kind, string key, CancellationToken cancellationToken)
    {
        var connection = await cluster.ConnectAnyAsync(cancellationToken).ConfigureAwait(false);
        bool isBatched = connection.Supports(ApiKey.FindCoordinator, FirstBatchedVersion);
        var request = new FindCoordinatorRequest { KeyType = (sbyte)kind };
        if (isBatched) request.CoordinatorKeys = [key];
        else request.Key = key;
        var response = await connection.SendAsync(request, cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        var answer = isBatched
            ? response.Coordinators[0]
            : new FindCoordinatorResponse.Coordinator
            {
                NodeId = response.NodeId,
                Host = response.Host,
                Port = response.Port,
                ErrorCode = response.ErrorCode,
                ErrorMessage = response.ErrorMessage,
            };
        if (answer.ErrorCode != ErrorCode.None)
            throw answer.ErrorCode.ToException($"Finding the coordinator of {kind} {key}", answer.ErrorMessage);
        cluster.Metadata.LearnBrokers([new BrokerNode(answer.NodeId, answer.Host, answer.Port)]);
        return _known[(kind, key)] = answer.NodeId;
    }
}
