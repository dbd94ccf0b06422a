namespace LogBroker.Server.Connections;

/// <summary>The broker must close this connection, because the protocol has no other way to say what is wrong.</summary>
internal sealed class ConnectionAbortException(string reason) : Exception(reason);
