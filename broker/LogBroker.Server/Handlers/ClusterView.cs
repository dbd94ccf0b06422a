using LogBroker.Metadata;
using LogBroker.Metadata.Images;

namespace LogBroker.Server.Handlers;

/// <summary>The cluster as clients of one listener are told of it.</summary>
internal sealed class ClusterView(Catalogue catalogue, int brokerId)
{
    public MetadataImage Image => catalogue.Image;

    /// <summary>Whom clients are told to send topic commands to: any broker can serve them, so it is this one.</summary>
    public int ControllerId => brokerId;

    /// <summary>The brokers that can be reached by the listener of this name.</summary>
    public IEnumerable<ClusterNode> NodesFor(string listener)
    {
        foreach (BrokerImage broker in Image.Brokers.Values)
        {
            if (broker.Endpoints.FirstOrDefault(endpoint => endpoint.Listener == listener) is { } endpoint)
                yield return new ClusterNode(broker.Id, endpoint.Host, endpoint.Port, broker.Rack);
        }
    }
}

/// <summary>A broker and where a client finds it.</summary>
internal readonly record struct ClusterNode(int Id, string Host, int Port, string? Rack);
