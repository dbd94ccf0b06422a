using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Client.Retry;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.Metadata;

/// <summary>Gets an answer about the cluster from whichever broker gives one first: those known, then the bootstrap servers
/// (KIP-899). A broker that hangs costs a second, not its timeout: then another is asked as well.</summary>
internal sealed partial class MetadataSource(Cluster cluster)
{
    /// <summary>Asks until one answers or all have failed.</summary>
    /// <param name="topics">Which topics; null for all.</param>
    /// <param name="mayCreate">Whether the broker may create those that do not exist.</param>
    /// <param name="startsOver">Whether the bootstrap servers are asked before the brokers known (KIP-1102).</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">Nobody answered; the failure of the last one asked, or the one that no retry mends.</exception>
    public Task<MetadataResponse> AskAsync(
        IReadOnlyCollection<string>? topics, bool mayCreate, bool startsOver, CancellationToken cancellationToken) =>
        StaggeredTries.RunAsync(
            Candidates(startsOver),
            (nodeId, token) => AskAsync(nodeId, topics, mayCreate, token),
            BrokerChoice.Patience,
            cluster.Time,
            cancellationToken);

    private int[] Candidates(bool startsOver)
    {
        int[] known = BrokerChoice.InOrder(cluster.Metadata.Current, cluster.Connections);
        if (known.Length > 0 && cluster.Options.MetadataRecovery == MetadataRecovery.None) return known;
        int[] bootstrap = BrokerChoice.Shuffled(cluster.BootstrapNodes);
        return startsOver ? [.. bootstrap, .. known] : [.. known, .. bootstrap];
    }

    private async Task<MetadataResponse> AskAsync(
        int nodeId, IReadOnlyCollection<string>? topics, bool mayCreate, CancellationToken cancellationToken)
    {
        var connection = await cluster.ConnectAsync(nodeId, ConnectionLane.Control, cancellationToken).ConfigureAwait(false);
        var request = new MetadataRequest
        {
            Topics = topics is null
                ? null
                : [.. topics.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic })],
            AllowAutoTopicCreation = mayCreate,
        };
        var response = await connection.SendAsync(request, cluster.Options.RequestTimeout, cancellationToken)
            .ConfigureAwait(false);
        if (response.ErrorCode != ErrorCode.None) throw response.ErrorCode.ToException($"Asking the {connection.Broker} about the cluster");
        if (response.Brokers.Length == 0)
            throw new BrokerUnavailableException($"The {connection.Broker} knows of no brokers yet.");
        cluster.Versions = connection.Versions;
        if (nodeId < 0)
        {
            Log.Bootstrapped(cluster.Logger, connection.Broker, response.Brokers.Length, response.ClusterId);
            await cluster.Connections.AdoptAsync(nodeId, ConnectionLane.Control, BrokerAt(connection.Broker.Address, response)).ConfigureAwait(false);
        }
        return response;
    }

    /// <summary>The broker that tells of this address as its own; null when none does.</summary>
    private static BrokerNode? BrokerAt(BrokerAddress address, MetadataResponse response)
    {
        foreach (var broker in response.Brokers)
        {
            var node = new BrokerNode(broker.NodeId, broker.Host, broker.Port, broker.Rack);
            if (node.Address == address) return node;
        }
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(5010, LogLevel.Information, "The {Broker} told of {Brokers} brokers of cluster {ClusterId}",
            EventName = "Bootstrapped")]
        public static partial void Bootstrapped(ILogger logger, BrokerNode broker, int brokers, string? clusterId);
    }
}
