using LogBroker.Client;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Profiles;

/// <summary>The settings of profiles and of <c>-X</c>: all that Kafka's clients have and this client has as well.</summary>
internal static class ClientSettings
{
    private static readonly SettingTable<ClientOptions> Connection = new SettingTable<ClientOptions>()
        .Text("client.id", (options, id) => options with { ClientId = id })
        .Milliseconds("request.timeout.ms", (options, time) => options with { RequestTimeout = time })
        .Milliseconds("default.api.timeout.ms", (options, time) => options with { ApiTimeout = time })
        .Milliseconds("socket.connection.setup.timeout.ms", (options, time) => options with { ConnectTimeout = time })
        .Milliseconds("reconnect.backoff.ms", (options, time) => options with { ReconnectBackoff = time })
        .Milliseconds("reconnect.backoff.max.ms", (options, time) => options with { ReconnectBackoffMax = time })
        .Milliseconds("retry.backoff.ms", (options, time) => options with { RetryBackoff = time })
        .Milliseconds("retry.backoff.max.ms", (options, time) => options with { RetryBackoffMax = time })
        .Milliseconds("connections.max.idle.ms", (options, time) => options with { ConnectionIdleMax = time })
        .Milliseconds("metadata.max.age.ms", (options, time) => options with { MetadataAgeMax = time })
        .Number("send.buffer.bytes", (options, bytes) => options with { SendBufferBytes = bytes < 0 ? null : bytes })
        .Number("receive.buffer.bytes", (options, bytes) => options with { ReceiveBufferBytes = bytes < 0 ? null : bytes })
        .Flag("enable.metrics.push", (options, push) => options with { EnableMetricsPush = push });

    private static readonly SettingTable<ProducerOptions> Producing = new SettingTable<ProducerOptions>()
        .Choice("acks", Words(("all", Acks.All), ("-1", Acks.All), ("1", Acks.Leader), ("0", Acks.None)), (options, acks) => options with { Acks = acks })
        .Flag("enable.idempotence", (options, idempotent) => options with { EnableIdempotence = idempotent })
        .Number("batch.size", (options, bytes) => options with { BatchSizeBytes = bytes })
        .Milliseconds("linger.ms", (options, time) => options with { Linger = time })
        .Number("buffer.memory", (options, bytes) => options with { BufferMemoryBytes = bytes })
        .Milliseconds("max.block.ms", (options, time) => options with { MaxBlock = time })
        .Number("max.request.size", (options, bytes) => options with { RequestSizeBytesMax = bytes })
        .Number("max.in.flight.requests.per.connection", (options, requests) => options with { InFlightMax = requests })
        .Milliseconds("delivery.timeout.ms", (options, time) => options with { DeliveryTimeout = time })
        .Choice("compression.type", CompressionTypes, (options, type) => options with { Compression = type })
        .Flag("partitioner.ignore.keys", (options, ignore) => options with { IgnoreKeys = ignore });

    private static readonly SettingTable<ConsumerOptions> Consuming = new SettingTable<ConsumerOptions>()
        .Choice(
            "group.protocol",
            Words(("classic", GroupProtocol.Classic), ("consumer", GroupProtocol.Consumer)),
            (options, protocol) => options with { GroupProtocol = protocol })
        .Text("group.instance.id", (options, id) => options with { GroupInstanceId = id })
        .Text("client.rack", (options, rack) => options with { ClientRack = rack })
        .Choice(
            "auto.offset.reset",
            Words(("earliest", OffsetReset.Earliest), ("latest", OffsetReset.Latest), ("none", OffsetReset.None)),
            (options, reset) => options with { OffsetReset = reset })
        .Flag("enable.auto.commit", (options, commits) => options with { AutoCommit = commits })
        .Milliseconds("auto.commit.interval.ms", (options, time) => options with { AutoCommitInterval = time })
        .Choice(
            "isolation.level",
            Words(("read_uncommitted", IsolationLevel.ReadUncommitted), ("read_committed", IsolationLevel.ReadCommitted)),
            (options, level) => options with { IsolationLevel = level })
        .Milliseconds("session.timeout.ms", (options, time) => options with { SessionTimeout = time })
        .Milliseconds("heartbeat.interval.ms", (options, time) => options with { HeartbeatInterval = time })
        .Milliseconds("max.poll.interval.ms", (options, time) => options with { MaxPollInterval = time })
        .Number("fetch.min.bytes", (options, bytes) => options with { FetchMinBytes = bytes })
        .Milliseconds("fetch.max.wait.ms", (options, time) => options with { FetchMaxWait = time })
        .Number("fetch.max.bytes", (options, bytes) => options with { FetchMaxBytes = bytes })
        .Number("max.partition.fetch.bytes", (options, bytes) => options with { MaxPartitionFetchBytes = bytes })
        .Flag("check.crcs", (options, check) => options with { CheckCrcs = check });

    /// <summary>The codecs by Kafka's names.</summary>
    public static IReadOnlyDictionary<string, CompressionType> CompressionTypes => Words(
        ("none", CompressionType.None), ("gzip", CompressionType.Gzip), ("snappy", CompressionType.Snappy), ("lz4", CompressionType.Lz4),
        ("zstd", CompressionType.Zstd));

    /// <summary>Those that say how long is waited: what --timeout stands for.</summary>
    public static IReadOnlyList<string> Timeouts { get; } = ["request.timeout.ms", "default.api.timeout.ms", "socket.connection.setup.timeout.ms"];

    /// <summary>The names of all settings.</summary>
    public static IEnumerable<string> Names { get; } =
        [.. Connection.Names.Concat(Producing.Names).Concat(Consuming.Names).Concat(SecuritySettings.Names).Order(StringComparer.Ordinal)];

    /// <exception cref="CommandException">There is no such setting.</exception>
    public static void Require(string name)
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
            throw new CommandException($"There is no setting {name} of a client.{NearestName.Question(name, Names)}", null, ExitCodes.WrongUsage);
    }

    /// <exception cref="CommandException">A value cannot be read, or what it names is not there.</exception>
    public static ClientOptions Apply(ClientOptions options, IReadOnlyDictionary<string, string> values) =>
        values.Count == 0 ? options : SecuritySettings.Apply(Connection.Apply(options, values), values);

    /// <remarks>Commands flush what they want written: what is not when they end, by Ctrl-C or a failure, is not waited for long.</remarks>
    /// <exception cref="CommandException">A value cannot be read.</exception>
    public static ProducerOptions Apply(ProducerOptions options, IReadOnlyDictionary<string, string> values) =>
        Producing.Apply(options with { CloseTimeout = TimeSpan.FromSeconds(1) }, values);

    /// <exception cref="CommandException">A value cannot be read.</exception>
    public static ConsumerOptions Apply(ConsumerOptions options, IReadOnlyDictionary<string, string> values) => Consuming.Apply(options, values);

    private static Dictionary<string, TValue> Words<TValue>(params ReadOnlySpan<(string Word, TValue Value)> words)
    {
        var choices = new Dictionary<string, TValue>(StringComparer.Ordinal);
        foreach ((string word, TValue value) in words) choices[word] = value;
        return choices;
    }
}
