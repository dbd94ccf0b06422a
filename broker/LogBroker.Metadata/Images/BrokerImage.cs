using System.Collections.Immutable;

namespace LogBroker.Metadata.Images;

/// <summary>A broker that is there.</summary>
/// <param name="Id">Its <c>node.id</c>.</param>
/// <param name="Epoch">Grows with each registration of the broker.</param>
/// <param name="Rack">Its <c>broker.rack</c>; null = none.</param>
/// <param name="Endpoints">Where clients reach it.</param>
public sealed record BrokerImage(int Id, long Epoch, string? Rack, ImmutableArray<BrokerEndpoint> Endpoints);

/// <summary>An advertised listener.</summary>
/// <param name="Listener">The listener's name, by which clients' connections are told apart.</param>
/// <param name="SecurityProtocol">PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.</param>
/// <param name="Host">A host name or an address.</param>
/// <param name="Port">1 to 65,535.</param>
public sealed record BrokerEndpoint(string Listener, string SecurityProtocol, string Host, int Port);
