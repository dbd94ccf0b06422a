using LogBroker.Protocol.Messages;

namespace LogBroker.Server.Connections;

/// <summary>An answer that is due on a connection, after all those before it.</summary>
/// <param name="CorrelationId">The client's number of the request.</param>
/// <param name="Version">The version to write the answer in.</param>
/// <param name="Completed">The answer; null where the protocol wants none.</param>
internal readonly record struct PendingResponse(int CorrelationId, short Version, Task<IResponse?> Completed);
