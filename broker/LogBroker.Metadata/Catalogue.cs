using System.Collections.Immutable;
using LogBroker.Metadata.Commands;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Metadata.Store;
using Microsoft.Extensions.Logging;

namespace LogBroker.Metadata;

/// <summary>What the cluster consists of: an image of it in memory that is kept new, and the commands that change it.</summary>
/// <remarks>
/// Owner: the host; one per broker. Threads: all members from any. Lifecycle: <see cref="OpenAsync"/>, then the host runs
/// <see cref="RunAsync"/> for as long as the broker lives; commands complete only while it runs, because each returns when the
/// image contains its change and all who listen to <see cref="Changed"/> have seen it.
/// Failure: what Kafka refuses is refused with its code and words; a store that fails throws
/// <see cref="MetadataStoreException"/> out of the command, and then the change may or may not have happened.
/// </remarks>
public sealed class Catalogue
{
    private readonly IMetadataStore _store;
    private readonly ImageFollower _follower;
    private readonly CatalogueOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TopicCommands _topics;
    private readonly ConfigCommands _configs;

    private Catalogue(
        IMetadataStore store, MetadataImage image, CatalogueOptions options, TimeProvider time, ILogger logger)
    {
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        _follower = new ImageFollower(store, image, time, logger);
        var writer = new CatalogueWriter(store, _follower);
        _topics = new TopicCommands(writer, BrokerConfigIn, options.NewTopicId, options.LimitReached);
        _configs = new ConfigCommands(writer, BrokerConfigIn, options.BrokerId);
    }

    /// <summary>After each change: the image before and the one after it, in order, one at a time. Listeners must be quick and
    /// must not throw: an exception ends <see cref="RunAsync"/>.</summary>
    public event Action<MetadataImage, MetadataImage>? Changed
    {
        add => _follower.Changed += value;
        remove => _follower.Changed -= value;
    }

    /// <summary>The newest image.</summary>
    public MetadataImage Image => _follower.Image;

    /// <summary>This broker's settings as of the newest image.</summary>
    public BrokerConfigLayers BrokerConfig => BrokerConfigIn(Image);

    /// <summary>Reads the catalogue; names the cluster if it has no name yet.</summary>
    public static async Task<Catalogue> OpenAsync(
        IMetadataStore store,
        CatalogueOptions options,
        TimeProvider time,
        ILogger<Catalogue> logger,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        await store.CommitAsync(
            MetadataTransaction.Empty
                .RequireAbsent(CatalogueKeys.ClusterId)
                .Put(CatalogueKeys.ClusterId, CatalogueValues.Text(options.ProposedClusterId)),
            cancellationToken);
        var image = MetadataImage.From(await store.ReadAsync("", cancellationToken));
        return new Catalogue(store, image, options, time, logger);
    }

    /// <summary>Keeps the image new until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _follower.RunAsync(cancellationToken);

    /// <summary>This broker's settings as of an image.</summary>
    public BrokerConfigLayers BrokerConfigIn(MetadataImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.BrokerConfig(_options.BrokerId, _options.StaticConfigs);
    }

    /// <summary>The settings in force for a topic, as of an image.</summary>
    public TopicSettings SettingsOf(string topic, MetadataImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return TopicSettings.Resolve(BrokerConfigIn(image), image.ConfigsOf(ConfigResource.Topic(topic)));
    }

    /// <summary>Creates topics, each by itself: one result per name, in the order of the request.</summary>
    /// <param name="topics">A name that comes twice is refused.</param>
    /// <param name="validateOnly">Only says what would happen.</param>
    /// <param name="cancellationToken">Ends the waiting; topics may have been created.</param>
    public Task<ImmutableArray<CreateTopicResult>> CreateTopicsAsync(
        IReadOnlyList<NewTopic> topics, bool validateOnly, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return _topics.CreateAsync(Image, topics, validateOnly, cancellationToken);
    }

    /// <summary>Creates one topic.</summary>
    public async Task<CreateTopicResult> CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken) =>
        (await CreateTopicsAsync([topic], validateOnly: false, cancellationToken))[0];

    /// <summary>Deletes topics with their settings, each by itself: one result per reference, in the order of the
    /// request.</summary>
    public Task<ImmutableArray<DeleteTopicResult>> DeleteTopicsAsync(
        IReadOnlyList<TopicReference> topics, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return _topics.DeleteAsync(topics, cancellationToken);
    }

    /// <summary>Adds partitions to topics, to each by itself: one result per name, in the order of the request.</summary>
    public Task<ImmutableArray<CreatePartitionsResult>> CreatePartitionsAsync(
        IReadOnlyList<NewPartitions> topics, bool validateOnly, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return _topics.CreatePartitionsAsync(topics, validateOnly, cancellationToken);
    }

    /// <summary>Changes some settings of a resource (IncrementalAlterConfigs): all of the operations or none.</summary>
    /// <returns>Null if it is done.</returns>
    public Task<CommandError?> AlterConfigsAsync(
        ConfigResource resource,
        IReadOnlyList<AlterConfigOperation> operations,
        bool validateOnly,
        CancellationToken cancellationToken) =>
        _configs.AlterAsync(
            resource,
            (current, broker) => ConfigAlteration.Incremental(resource, current, operations, broker),
            validateOnly,
            cancellationToken);

    /// <summary>Puts settings in the place of all that is set for a resource (AlterConfigs).</summary>
    /// <returns>Null if it is done.</returns>
    public Task<CommandError?> SetConfigsAsync(
        ConfigResource resource,
        IReadOnlyList<KeyValuePair<string, string?>> settings,
        bool validateOnly,
        CancellationToken cancellationToken) =>
        _configs.AlterAsync(
            resource,
            (_, broker) => ConfigAlteration.Replacement(resource, settings, broker),
            validateOnly,
            cancellationToken);

    /// <summary>Takes the next <paramref name="count"/> (more than zero) producer ids; they are never given out again, used or
    /// not.</summary>
    public async Task<ProducerIdBlock> AllocateProducerIdsAsync(int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        while (true)
        {
            var snapshot = await _store.ReadAsync(CatalogueKeys.ProducerIds, cancellationToken);
            var before = snapshot.Entries.FirstOrDefault(entry => entry.Key == CatalogueKeys.ProducerIds);
            long first = before is null ? 0 : CatalogueValues.ReadNumber(before.Value);
            var result = await _store.CommitAsync(
                MetadataTransaction.Empty
                    .Require(CatalogueKeys.ProducerIds, before?.ModRevision ?? 0)
                    .Put(CatalogueKeys.ProducerIds, CatalogueValues.Number(first + count)),
                cancellationToken);
            if (result.IsCommitted) return new ProducerIdBlock(first, count);
        }
    }

    /// <summary>The place of a broker among the brokers, held by a lease of <paramref name="timeToLive"/>.</summary>
    public BrokerMembership Membership(BrokerRegistration registration, TimeSpan timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        return new BrokerMembership(_store, _follower, registration, timeToLive, _time, _logger);
    }
}
