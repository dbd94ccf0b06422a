using LogBroker.Metadata;

namespace LogBroker.Server.Hosting;

/// <summary>The bounds on connections that are in force: those of the start, then as they are changed in the running broker.</summary>
/// <remarks>Thread safe. Values that cannot be read leave the bounds as they are, with a line in the log.</remarks>
internal sealed partial class ConnectionBounds(BrokerOptions options, ILogger<ConnectionBounds> logger)
{
    private volatile ConnectionOptions _current = options.Connections;

    public ConnectionOptions Current => _current;

    /// <summary>Follows the settings of the catalogue from now on.</summary>
    public void Follow(Catalogue catalogue)
    {
        catalogue.Changed += (_, image) => Take(catalogue.BrokerConfigIn(image).Value);
        Take(catalogue.BrokerConfig.Value);
    }

    /// <summary>What is only read at the start stays as it was: the broker's settings forbid to change it.</summary>
    private void Take(Func<string, string?> valueOf)
    {
        var problems = new List<string>();
        ConnectionOptions read = new ConnectionOptionsReader(valueOf, problems).Read(
            options.Listeners.Select(listener => listener.Name), options.Descriptors);
        if (problems.Count == 0) _current = read;
        else Log.CannotRead(logger, string.Join(" ", problems));
    }

    private static partial class Log
    {
        [LoggerMessage(1112, LogLevel.Warning, "The bounds on connections stay as they were: {Problems}",
            EventName = "ConnectionBoundsUnreadable")]
        public static partial void CannotRead(ILogger logger, string problems);
    }
}
