using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace LogBroker.Server.Hosting;

/// <summary>Turns checked settings into <see cref="BrokerOptions"/>.</summary>
public static class BrokerOptionsReader
{
    /// <summary>The data directory, in the folder the broker was started in, when none is given.</summary>
    public const string DefaultLogDirectory = "data";

    /// <summary>Reads everything the host needs.</summary>
    /// <exception cref="SettingsException">Settings contradict each other; all problems are named.</exception>
    public static BrokerOptions Read(BrokerSettings settings)
    {
        var problems = new List<string>();
        var listeners = new ListenerSettings(settings, problems);
        DescriptorBudget descriptors = DescriptorBudget.OfThisProcess();
        ImmutableArray<string> logDirectories = ReadLogDirectories(settings);
        var options = new BrokerOptions
        {
            Settings = settings,
            NodeId = ReadNodeId(settings, problems),
            Rack = settings.Text("broker.rack"),
            Listeners = listeners.ReadListeners(),
            HttpListeners = listeners.ReadHttpListeners(),
            LogDirectories = logDirectories,
            MetadataDirectory = settings.Text("metadata.log.dir") is { } folder ? Path.GetFullPath(folder) : logDirectories[0],
            PartitionsDefault = settings.Int32("num.partitions"),
            AutoCreateTopics = settings.Boolean("auto.create.topics.enable"),
            SyncBeforeAck = settings.Boolean("log.sync.before.ack"),
            RecoveryThreadsPerDirectory = settings.Int32("num.recovery.threads.per.data.dir"),
            Connections = ReadConnections(settings, descriptors, problems),
            Descriptors = descriptors,
            LogLevel = ReadLogLevel(settings, problems),
        };
        return problems.Count == 0 ? options : throw new SettingsException([.. problems]);
    }

    private static int ReadNodeId(BrokerSettings settings, List<string> problems)
    {
        int? node = settings.IsGiven("node.id") ? settings.Int32("node.id") : null;
        // -1 is how Kafka's files say that broker.id is not given.
        int? broker = settings.IsGiven("broker.id") && settings.Int32("broker.id") != -1 ? settings.Int32("broker.id") : null;
        if (node is not null && broker is not null && node != broker)
            problems.Add("node.id and broker.id are two names of one setting and must not differ.");
        int id = node ?? broker ?? 1;
        if (id < 0)
            problems.Add("node.id must not be negative.");
        return id;
    }

    private static ImmutableArray<string> ReadLogDirectories(BrokerSettings settings)
    {
        ImmutableArray<string> folders =
            settings.IsGiven("log.dirs") ? settings.List("log.dirs")
            : settings.IsGiven("log.dir") ? settings.List("log.dir")
            : [];
        if (folders.IsEmpty)
            folders = [DefaultLogDirectory];
        return [.. folders.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
    }

    private static ConnectionOptions ReadConnections(BrokerSettings settings, DescriptorBudget descriptors, List<string> problems)
    {
        var defaults = new ConnectionOptions();
        return new ConnectionOptions
        {
            ConnectionsMax = Math.Min(settings.Int32("max.connections"), descriptors.ConnectionsMax),
            ConnectionsPerAddressMax = settings.Int32("max.connections.per.ip"),
            ConnectionsMaxByAddress = ReadOverrides(settings, problems),
            IdleTimeout = settings.Milliseconds("connections.max.idle.ms"),
            RequestBytesMax = settings.Int32("socket.request.max.bytes"),
            ListenBacklog = Given("socket.listen.backlog.size", defaults.ListenBacklog),
            SendBufferBytes = Given("socket.send.buffer.bytes", defaults.SendBufferBytes),
            ReceiveBufferBytes = Given("socket.receive.buffer.bytes", defaults.ReceiveBufferBytes),
        };

        int Given(string name, int otherwise) => settings.IsGiven(name) ? settings.Int32(name) : otherwise;
    }

    private static ImmutableDictionary<string, int> ReadOverrides(BrokerSettings settings, List<string> problems)
    {
        const string name = "max.connections.per.ip.overrides";
        var overrides = ImmutableDictionary.CreateBuilder<string, int>();
        foreach (string pair in settings.List(name))
        {
            int colon = pair.LastIndexOf(':');
            if (colon > 0
                && IPAddress.TryParse(pair[..colon].Trim('[', ']'), out IPAddress? address)
                && int.TryParse(pair[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int max))
                overrides[address.ToString()] = max;
            else
                problems.Add($"{name}: '{pair}' is not ADDRESS:NUMBER.");
        }
        return overrides.ToImmutable();
    }

    private static LogLevel ReadLogLevel(BrokerSettings settings, List<string> problems)
    {
        string text = settings.Text("log.level") ?? "info";
        LogLevel? level = text.ToLowerInvariant() switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "warn" or "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            "off" or "none" => LogLevel.None,
            _ => null,
        };
        if (level is null)
            problems.Add($"log.level={text}: must be trace, debug, info, warn, error or off.");
        return level ?? LogLevel.Information;
    }
}
