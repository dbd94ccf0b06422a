using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Storage.Logs;

/// <summary>Another process, or another store in this one, uses the log directory.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "It always has a path.")]
public sealed class LogDirectoryInUseException(string path)
    : Exception($"The log directory {path} is locked: another broker is using it.")
{
    public string Path { get; } = path;
}
