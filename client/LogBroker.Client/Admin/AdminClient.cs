using LogBroker.Client.Connections;

namespace LogBroker.Client;

/// <summary>Administers a cluster: topics, settings, groups and the rest, each as a typed method.</summary>
/// <remarks>Any thread. Owned by its <see cref="LogBrokerClient"/>.</remarks>
public sealed class AdminClient
{
    internal AdminClient(Cluster cluster) => Cluster = cluster;

    internal Cluster Cluster { get; }
}
