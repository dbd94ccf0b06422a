namespace LogBroker.Server.Hosting;

/// <summary>A door for clients of the Kafka protocol.</summary>
/// <param name="Address">Where it listens; <see cref="ListenerAddress.Name"/> is the listener's name in capitals.</param>
/// <param name="AdvertisedAddress">What clients are told to connect to, or null when the listener is not advertised.
/// Port 0 stands for the port that was bound, an empty host for this machine's name.</param>
/// <param name="SecurityProtocol">How it is protected.</param>
public sealed record BrokerListener(
    ListenerAddress Address, ListenerAddress? AdvertisedAddress, SecurityProtocol SecurityProtocol)
{
    /// <summary>The listener's name, in capitals as Kafka keeps it.</summary>
    public string Name => Address.Name;
}
