using System.Collections.Immutable;

namespace LogBroker.Server.Hosting;

/// <summary>What the host was told, read once at start, checked and immutable.</summary>
/// <remarks>Settings that only one room reads stay text in <see cref="Settings"/>, which that room turns into its own
/// options.</remarks>
public sealed record BrokerOptions
{
    /// <summary>Every setting as text, with where it came from.</summary>
    public required BrokerSettings Settings { get; init; }

    /// <summary>This broker's number in its cluster (<c>node.id</c>, or its older name <c>broker.id</c>). Default 1.</summary>
    public int NodeId { get; init; } = 1;

    /// <summary>Where this broker stands (<c>broker.rack</c>), or null.</summary>
    public string? Rack { get; init; }

    /// <summary>Doors for the Kafka protocol (<c>listeners</c>), at least one. Default <c>PLAINTEXT://127.0.0.1:9092</c>:
    /// a broker without authentication is not opened to the network unasked.</summary>
    public required ImmutableArray<BrokerListener> Listeners { get; init; }

    /// <summary>Doors for HTTP (<c>http.listeners</c>): health, readiness, metrics. Empty: none. Default
    /// <c>http://127.0.0.1:9644</c>: the port that operators of Kafka-wire brokers already scrape, and none of Kafka's own.</summary>
    public ImmutableArray<ListenerAddress> HttpListeners { get; init; } = [];

    /// <summary>Data directories as full paths (<c>log.dirs</c>, or <c>log.dir</c>), at least one. Default <c>data</c> in
    /// the folder the broker was started in.</summary>
    public required ImmutableArray<string> LogDirectories { get; init; }

    /// <summary>The catalogue's file as a full path (<c>metadata.store.path</c>). Default <c>metadata.db</c> in the first data
    /// directory.</summary>
    public required string MetadataFile { get; init; }

    /// <summary>Partitions of a topic whose creator names no number (<c>num.partitions</c>).</summary>
    public int PartitionsDefault { get; init; } = 1;

    /// <summary>Whether asking for an unknown topic's metadata may create it (<c>auto.create.topics.enable</c>).</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>Whether acknowledged data is on disk first (<c>log.sync.before.ack</c>). Default true; false is Kafka's
    /// behaviour.</summary>
    public bool SyncBeforeAck { get; init; } = true;

    /// <summary>Whether every compressed batch is decompressed to check its records (<c>log.check.compressed.records</c>).
    /// Default false; true is Kafka's behaviour.</summary>
    public bool ChecksCompressedRecords { get; init; }

    /// <summary>Threads that load one data directory at start (<c>num.recovery.threads.per.data.dir</c>).</summary>
    public int RecoveryThreadsPerDirectory { get; init; } = 2;

    /// <summary>Bounds on connections.</summary>
    public ConnectionOptions Connections { get; init; } = new();

    /// <summary>How many files and sockets the process may have open, and for what.</summary>
    public DescriptorBudget Descriptors { get; init; } = DescriptorBudget.Of(1024);

    /// <summary>The least severe lines that are logged (<c>log.level</c>). Default info.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
