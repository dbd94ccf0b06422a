using System.Net;
using System.Net.Sockets;
using LogBroker.AdminCli.Profiles;
using LogBroker.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.AdminCli.Clusters;

/// <summary>A broker where the cluster says it is, and whether it can be reached there: a wrong advertised.listeners is the commonest mistake
/// of all.</summary>
/// <param name="Node">The broker.</param>
/// <param name="Refusal">Why it cannot be reached, as the end of a sentence; null when it can.</param>
internal sealed record AdvertisedBroker(BrokerNode Node, string? Refusal)
{
    /// <summary>Whether trying on leads nowhere; an address that takes its time may be far away, or busy.</summary>
    public required bool IsDeadEnd { get; init; }

    /// <summary>As users type it.</summary>
    public string Address => BootstrapProbe.NameOf(new DnsEndPoint(Node.Host, Node.Port));

    /// <summary>Looks at all of a cluster.</summary>
    public static async Task<IReadOnlyList<AdvertisedBroker>> OfAsync(ClusterDescription cluster, ConnectionSettings connection, CancellationToken cancelled) =>
        await Task.WhenAll(cluster.Brokers.Select(async broker =>
        {
            AddressAnswer answer = await AddressAnswer.OfAsync(new DnsEndPoint(broker.Host, broker.Port), connection.AddressPatience, cancelled);
            string? refusal = answer.WhyNoBroker(connection.AsksTls);
            return new AdvertisedBroker(broker, refusal) { IsDeadEnd = refusal is not null && answer.Refusal != SocketError.TimedOut };
        }));

    /// <summary>What a bootstrap server says; none when it does not answer soon.</summary>
    /// <remarks>A client of its own asks: one that knows brokers asks those, which is what may not work.</remarks>
    public static async Task<IReadOnlyList<AdvertisedBroker>> FindAsync(ConnectionSettings connection, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(connection.AddressPatience * 2);
        try
        {
            await using var client = new LogBrokerClient(connection.ToClientOptions(NullLoggerFactory.Instance));
            return await OfAsync(await client.Admin.Cluster.DescribeAsync(cancellationToken: patience.Token), connection, cancelled);
        }
        catch (Exception e) when (e is KafkaException or CommandException || (e is OperationCanceledException && !cancelled.IsCancellationRequested))
        {
            return [];
        }
    }

    /// <summary>What to say of those that cannot be reached; null when there is none.</summary>
    /// <param name="brokers">The brokers.</param>
    /// <param name="connection">Who told of them.</param>
    public static CommandException? Misleading(IReadOnlyList<AdvertisedBroker> brokers, ConnectionSettings connection)
    {
        AdvertisedBroker[] refused = [.. brokers.Where(broker => broker.Refusal is not null)];
        return refused.Length == 0
            ? null
            : new CommandException(
                $"The broker at {connection.FirstServer} tells clients to connect to {string.Join(" and ", refused.Select(broker => broker.Address))}, which cannot be reached from here: {refused[0].Refusal}.",
                "advertised.listeners of a broker must be what clients can reach; ./logbroker doctor looks at each");
    }
}
