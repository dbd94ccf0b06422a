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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Asks until one answers or all have failed.</summary>
    /// <param name="topics">Which topics; null for all.</param>
    /// <param name="mayCreate">Whether the broker may create those that do not exist.</param>
    /// <param name="startsOver">Whether the bootstrap servers come before the brokers known (KIP-1102).</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">Nobody answered; the failure of the last one asked, or the one that no retry mends.</exception>
    public async Task<MetadataResponse> AskAsync(
        IReadOnlyCollection<string>? topics, bool mayCreate, bool startsOver, CancellationToken cancellationToken)
    {
        using var won = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<int>(Candidates(startsOver));
        var asked = new List<Task<MetadataResponse>>();
        KafkaException? failure = null;
        while (true)
        {
            if (waiting.TryDequeue(out int nodeId)) asked.Add(AskAsync(nodeId, topics, mayCreate, won.Token));
            var ended = await FirstToEndAsync(asked, waiting.Count > 0, won.Token).ConfigureAwait(false);
            if (ended is null) continue;
            try
            {
                var response = await ended.ConfigureAwait(false);
                await won.CancelAsync().ConfigureAwait(false);
                return response;
            }
            catch (KafkaException failed)
            {
                asked.Remove(ended);
                failure = failure is { IsRetriable: false } ? failure : failed;
            }
            if (asked.Count == 0 && waiting.Count == 0) throw failure;
        }
    }

    /// <summary>Null when none has ended for as long as patience lasts.</summary>
    private async Task<Task<MetadataResponse>?> FirstToEndAsync(
        List<Task<MetadataResponse>> asked, bool hasOthers, CancellationToken cancellationToken)
    {
        var first = Task.WhenAny(asked);
        if (!hasOthers) return await first.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await first.WaitAsync(Patience, cluster.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private IEnumerable<int> Candidates(bool startsOver)
    {
        var snapshot = cluster.Metadata.Current;
        int[] known = [.. BrokerChoice.InOrder(snapshot, cluster.Connections)];
        if (known.Length > 0 && cluster.Options.MetadataRecovery == MetadataRecovery.None) return known;
        int[] bootstrap = [.. cluster.BootstrapNodes.Select(node => node.Id)];
        Random.Shared.Shuffle(bootstrap);
        return startsOver ? bootstrap.Concat(known) : known.Concat(bootstrap);
    }

    private Task<MetadataResponse> AskAsync(
        int nodeId, IReadOnlyCollection<string>? topics, bool mayCreate, CancellationToken cancellationToken)
    {
        var asking = SendAsync();
        asking.IgnoreFailure();
        return asking;

        async Task<MetadataResponse> SendAsync()
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
                await cluster.Connections.CloseAsync(nodeId, ConnectionLane.Control).ConfigureAwait(false);
            }
            return response;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5010, LogLevel.Information, "The {Broker} told of {Brokers} brokers of cluster {ClusterId}",
            EventName = "Bootstrapped")]
        public static partial void Bootstrapped(ILogger logger, BrokerNode broker, int brokers, string? clusterId);
    }
}
