namespace LogBroker.Storage.Logs;

/// <summary>Who uses a log directory.</summary>
/// <param name="ClusterId">The cluster's id, as text.</param>
/// <param name="NodeId">The broker's <c>node.id</c>.</param>
public sealed record DirectoryOwner(string ClusterId, int NodeId);
