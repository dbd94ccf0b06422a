using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Storage.Logs;

/// <summary>A log directory belongs to another cluster or another broker.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "It always has a path.")]
public sealed class ForeignLogDirectoryException(string path, DirectoryOwner found, DirectoryOwner expected)
    : Exception(
        $"The log directory {path} belongs to node {found.NodeId} of cluster {found.ClusterId}, not to node "
        + $"{expected.NodeId} of cluster {expected.ClusterId}.")
{
    public string Path { get; } = path;
}
