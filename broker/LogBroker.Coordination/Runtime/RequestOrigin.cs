namespace LogBroker.Coordination.Runtime;

/// <summary>Where a request comes from, as far as coordinators care.</summary>
/// <param name="ClientId">The name the client gives itself; "" for none.</param>
/// <param name="ClientHost">Its address as Kafka writes it: "/127.0.0.1".</param>
/// <param name="ApiVersion">The version of the request.</param>
public sealed record RequestOrigin(string ClientId, string ClientHost, short ApiVersion);
