using LogBroker.Client.Connections;

namespace LogBroker.Client;

/// <summary>A broker as the cluster tells it.</summary>
/// <param name="Id">Its id; negative for a bootstrap server whose id is not known.</param>
/// <param name="Host">The host of the listener clients of this kind use.</param>
/// <param name="Port">Its port.</param>
/// <param name="Rack">The rack it stands in, if told.</param>
public sealed record BrokerNode(int Id, string Host, int Port, string? Rack = null)
{
    internal BrokerAddress Address => new(Host, Port);

    /// <inheritdoc/>
    public override string ToString() => Id < 0 ? $"bootstrap server {Address}" : $"broker {Id} ({Address})";
}
