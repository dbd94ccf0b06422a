using System.Collections.Immutable;

namespace LogBroker.Server.Hosting;

/// <summary>Turns checked settings into <see cref="BrokerOptions"/>.</summary>
public static class BrokerOptionsReader
{
    private const string DefaultMetadataFile = "metadata.db";

    /// <summary>Reads everything the host needs.</summary>
    /// <exception cref="SettingsException">Settings contradict each other; all problems are named.</exception>
    public static BrokerOptions Read(BrokerSettings settings)
    {
        var problems = new List<string>();
        var listeners = new ListenerSettings(settings, problems);
        DescriptorBudget descriptors = DescriptorBudget.OfThisProcess();
        ImmutableArray<string> logDirectories = ReadLogDirectories(settings);
        ImmutableArray<BrokerListener> doors = listeners.ReadListeners();
        var options = new BrokerOptions
        {
            Settings = settings,
            NodeId = ReadNodeId(settings, problems),
            Rack = settings.Text("broker.rack"),
            Listeners = doors,
            HttpListeners = listeners.ReadHttpListeners(),
            LogDirectories = logDirectories,
            MetadataFile = Path.GetFullPath(
                settings.Text("metadata.store.path") ?? Path.Combine(logDirectories[0], DefaultMetadataFile)),
            PartitionsDefault = settings.Int32("num.partitions"),
            AutoCreateTopics = settings.Boolean("auto.create.topics.enable"),
            SyncBeforeAck = settings.Boolean("log.sync.before.ack"),
            ChecksCompressedRecords = settings.Boolean("log.check.compressed.records"),
            RecoveryThreadsPerDirectory = settings.Int32("num.recovery.threads.per.data.dir"),
            Connections = new ConnectionOptionsReader(settings.Text, problems)
                .Read(doors.Select(door => door.Name).Distinct(), descriptors),
            Descriptors = descriptors,
            LogLevel = ReadLogLevel(settings),
        };
        return problems.Count == 0 ? options : throw new SettingsException([.. problems]);
    }

    private static int ReadNodeId(BrokerSettings settings, List<string> problems)
    {
        int node = settings.Int32("node.id");
        int broker = settings.Int32("broker.id");
        // A negative broker.id, its default, is how Kafka's files say that it is not given.
        if (broker < 0)
            return node;
        if (settings.IsGiven("node.id") && node != broker)
            problems.Add("node.id and broker.id are two names of one setting and must not differ.");
        return broker;
    }

    private static ImmutableArray<string> ReadLogDirectories(BrokerSettings settings)
    {
        ImmutableArray<string> folders = settings.List("log.dirs");
        if (folders.IsEmpty)
            folders = settings.List("log.dir");
        return [.. folders.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
    }

    private static LogLevel ReadLogLevel(BrokerSettings settings) => settings.Text("log.level")?.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "off" => LogLevel.None,
        _ => LogLevel.Information,
    };
}
