using System.Collections.Immutable;
using LogBroker.Coordination.Transactions;
using LogBroker.Metadata;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Sqlite;
using LogBroker.Metadata.Store;
using LogBroker.Protocol;
using LogBroker.Replication.Partitions;
using LogBroker.Replication.Waiting;
using LogBroker.Server.Hosting.Coordination;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Hosting;

/// <summary>The rooms of the broker, opened in order and closed in the reverse one.</summary>
/// <remarks>Made by <see cref="OpenAsync"/>, disposed of once. Between the two the threads of <see cref="FlushThread"/> and the
/// tasks of <see cref="BackgroundWork"/> run; everything else happens on the connections' own calls.</remarks>
internal sealed class RunningBroker : IAsyncDisposable
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private readonly IMetadataStore _store;
    private readonly BrokerMembership _membership;
    private readonly List<FlushThread> _flushThreads = [];
    private readonly BackgroundWork _work;

    private RunningBroker(
        IMetadataStore store, Catalogue catalogue, LogStore logs, BrokerMembership membership, BrokerStart start)
    {
        (BrokerOptions options, TimeProvider time, ILoggerFactory loggers) = (start.Options, start.Time, start.Loggers);
        _store = store;
        _membership = membership;
        Catalogue = catalogue;
        Logs = logs;
        Purgatory = new Purgatory(time);
        ProducerIds = new ProducerIdAllocator(new CatalogueProducerIds(catalogue));
        Partitions = new PartitionRegistry(
            options.NodeId, options.SyncBeforeAck, logs, Purgatory, OptionsOf, loggers.CreateLogger<PartitionRegistry>());
        Groups = new GroupHosting(catalogue, Partitions, start.Metrics.Groups, time, loggers);
        _work = new BackgroundWork(logs, catalogue, membership, time, loggers.CreateLogger<BackgroundWork>());
    }

    public Catalogue Catalogue { get; }

    public LogStore Logs { get; }

    public PartitionRegistry Partitions { get; }

    public Purgatory Purgatory { get; }

    public ProducerIdAllocator ProducerIds { get; }

    public GroupHosting Groups { get; }

    /// <exception cref="StartFailedException">A data directory is in use, or the data cannot be read.</exception>
    public static async Task<RunningBroker> OpenAsync(BrokerStart start, CancellationToken cancelled)
    {
        BrokerOptions options = start.Options;
        (TimeProvider time, ILoggerFactory loggers) = (start.Time, start.Loggers);
        LogStore? logs = null;
        SqliteMetadataStore? store = null;
        try
        {
            var disk = new PosixDisk();
            logs = LogStore.Open(StoreOptions(options), disk, time, loggers);
            store = SqliteMetadataStore.Open(
                new() { Path = options.MetadataFile }, time,
                loggers.CreateLogger<SqliteMetadataStore>());
            Catalogue catalogue = await Catalogue.OpenAsync(
                store, CatalogueOptionsOf(options, start.Limits), time, loggers.CreateLogger<Catalogue>(), cancelled).ConfigureAwait(false);
            disk.SyncDirectory(Path.GetDirectoryName(options.MetadataFile)!); // the store's files may be new
            logs.Claim(new DirectoryOwner(catalogue.Image.ClusterId, options.NodeId));
            BrokerMembership membership =
                catalogue.Membership(Registration(options, start.Listeners, logs.Directories[0].Id), LeaseTime);
            var broker = new RunningBroker(store, catalogue, logs, membership, start);
            await broker.StartAsync(start, cancelled).ConfigureAwait(false);
            return broker;
        }
        catch (Exception e) when (e is DiskException or LogDirectoryInUseException
            or ForeignLogDirectoryException or MetadataStoreException)
        {
            logs?.Dispose();
            if (store is not null) await store.DisposeAsync().ConfigureAwait(false);
            throw new StartFailedException(e.Message, e);
        }
    }

    /// <summary>Stops the background work, makes everything durable and marks the stop clean.</summary>
    public async ValueTask DisposeAsync()
    {
        await _membership.LeaveAsync(CancellationToken.None).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _work.StoppedAsync().ConfigureAwait(false);
        foreach (FlushThread thread in _flushThreads) thread.Dispose();
        Groups.Dispose();
        Purgatory.Dispose();
        ProducerIds.Dispose();
        Logs.CloseCleanly();
        await _store.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task StartAsync(BrokerStart start, CancellationToken cancelled)
    {
        MetadataImage image = Catalogue.Image;
        int opened = 0;
        int all = image.Topics.Values.Sum(topic => topic.Partitions.Length);
        Logs.Load(
            (partition, id) =>
            {
                start.Readiness.SetLoading($"opening log {Interlocked.Increment(ref opened)} of {all}");
                return image.TryGetTopic(id, out TopicImage? topic) && topic.Name == partition.Topic
                    ? OptionsOf(partition.Topic, image)
                    : null;
            },
            start.Options.RecoveryThreadsPerDirectory);
        start.Readiness.SetLoading("joining the cluster");
        start.Metrics.Storage.Attach(this);
        foreach (LogDirectory directory in Logs.Directories)
            _flushThreads.Add(new FlushThread(directory, start.Metrics.Storage, start.Time));
        Partitions.Apply(null, image);
        Groups.Follow(null, image);
        Catalogue.Changed += Partitions.Apply;
        Catalogue.Changed += Groups.Follow;
        _work.StartFollowing(_stopping.Token);
        if (await _membership.JoinAsync(cancelled).ConfigureAwait(false) is { } refused)
            throw new StartFailedException(refused.Message ?? refused.Code.ToString());
        start.Metrics.Groups.Attach(new GroupSample(Groups.Coordinator, start.Time), Partitions);
        start.Readiness.SetPending(() => Groups.LoadingCount is > 0 and var loading ? $"loading groups: {loading} partitions left" : null);
        _work.StartUpkeep(_stopping.Token);
    }

    private LogOptions OptionsOf(string topic, MetadataImage image) =>
        LogOptionsReader.Read(Catalogue.SettingsOf(topic, image));

    private static LogStoreOptions StoreOptions(BrokerOptions options) => new()
    {
        LogDirectories = options.LogDirectories,
        SyncBeforeAck = options.SyncBeforeAck,
        ChecksCompressedRecords = options.ChecksCompressedRecords,
        OpenFilesMax = options.Descriptors.SegmentHandlesMax,
        NewId = () => KafkaUuid.NewRandom(Random.Shared),
        ProducerIdExpiration = options.Settings.Milliseconds("producer.id.expiration.ms"),
    };

    private static CatalogueOptions CatalogueOptionsOf(BrokerOptions options, LimitReports limits) => new()
    {
        BrokerId = options.NodeId,
        StaticConfigs = options.Settings.Given.ToImmutableDictionary(setting => setting.Key, setting => setting.Value.Value),
        ProposedClusterId = KafkaUuid.ToText(KafkaUuid.NewRandom(Random.Shared)),
        NewTopicId = () => KafkaUuid.NewRandom(Random.Shared),
        LimitReached = (setting, value, topic) => limits.Refused(setting, value, () => $"More partitions for topic {topic}"),
    };

    private static BrokerRegistration Registration(
        BrokerOptions options, BoundListeners listeners, Guid directoryId) => new()
        {
            BrokerId = options.NodeId,
            DirectoryId = directoryId,
            Rack = options.Rack,
            Endpoints =
        [
            .. listeners.Listeners.Where(bound => bound.Advertised is not null).Select(bound => new BrokerEndpoint(
                bound.Listener.Name,
                bound.Listener.SecurityProtocol.ToString(),
                bound.Advertised!.Value.Host,
                bound.Advertised.Value.Port)),
        ],
        };
}
