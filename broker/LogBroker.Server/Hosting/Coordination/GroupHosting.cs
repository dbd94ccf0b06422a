using System.Collections.Immutable;
using LogBroker.Compression;
using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Groups.Topics;
using LogBroker.Coordination.Runtime;
using LogBroker.Metadata;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Records;
using LogBroker.Replication.Partitions;

namespace LogBroker.Server.Hosting.Coordination;

/// <summary>Puts the group coordinator to work: gives it the partitions of its topic that this broker leads, the settings in
/// force, and the news that topics were deleted.</summary>
/// <remarks><see cref="Follow"/> is called by one thread at a time, in the order of the images, after
/// <see cref="PartitionRegistry"/> has followed them.</remarks>
internal sealed class GroupHosting : IDisposable
{
    private readonly Catalogue _catalogue;
    private readonly PartitionRegistry _partitions;
    private readonly Dictionary<int, Partition> _led = [];
    private volatile SettingsAsOf? _settings;
    private volatile ConsumerSettingsAsOf? _consumerSettings;

    public GroupHosting(
        Catalogue catalogue, PartitionRegistry partitions, GroupMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        _catalogue = catalogue;
        _partitions = partitions;
        Topic = new ConsumerOffsetsTopic(catalogue);
        var groups = new GroupsEnvironment
        {
            Settings = () => Settings,
            ConsumerSettings = ConsumerSettingsOf,
            Topics = new NewestTopics(() => catalogue.Image).View,
            NewUuid = () => Guid.NewGuid().ToString(),
            WallClock = time,
            RebalanceBegan = metrics.RebalanceBegan,
        };
        var environment = new CoordinatorEnvironment
        {
            Time = time,
            RunInBackground = work => ThreadPool.UnsafeQueueUserWorkItem(static load => load(), work, preferLocal: false),
            CodecOf = type => type == CompressionType.None ? null : CompressionCodecs.Get(type),
            Compression = (CompressionType)catalogue.BrokerConfig.Int32("offsets.topic.compression.codec"),
            Logger = loggers.CreateLogger<GroupCoordinator>(),
        };
        Coordinator = new GroupCoordinator(Topic, groups, environment);
    }

    public ICoordinatorTopic Topic { get; }

    public GroupCoordinator Coordinator { get; }

    /// <summary>How many of its partitions the coordinator is still reading. One that cannot be read is not among them: its groups
    /// are without a coordinator, as the clients of an offline partition are without a leader, and the others are served.</summary>
    public int LoadingCount => Coordinator.Shards.Count(shard => shard.Status == ShardStatus.Loading);

    /// <summary>Brings the coordinator up to date with the catalogue.</summary>
    public void Follow(MetadataImage? before, MetadataImage after)
    {
        FollowPartitions();
        if (before is null || ReferenceEquals(before.Topics, after.Topics)) return;
        string[] deleted =
        [
            .. before.Topics.Values
                .Where(topic => !after.TryGetTopic(topic.Id, out _) && topic.Name != TopicNames.ConsumerOffsets)
                .Select(topic => topic.Name),
        ];
        if (deleted.Length > 0) _ = Coordinator.ForgetTopicsAsync(deleted);
    }

    /// <summary>Resigns from a group's partition and leads it again at once, which is what clients see of a coordinator that moves.</summary>
    /// <exception cref="InvalidOperationException">There is no such partition here.</exception>
    internal void GiveUpAndTakeOver(string groupId)
    {
        TopicPartitions topic = _partitions.Find(TopicNames.ConsumerOffsets)
            ?? throw new InvalidOperationException("There has been no group yet.");
        int index = CoordinatorPartitions.PartitionOf(groupId, topic.ByIndex.Length);
        Partition partition = topic.At(index) ?? throw new InvalidOperationException($"Partition {index} of the groups is not here.");
        Coordinator.Resign(index);
        Coordinator.Lead(index, new CoordinatorPartition(partition, CommitTimeout));
    }

    public void Dispose() => Coordinator.Dispose();

    private TimeSpan CommitTimeout => TimeSpan.FromMilliseconds(_catalogue.BrokerConfig.Int32("offsets.commit.timeout.ms"));

    /// <summary>Read again only when something has changed.</summary>
    private GroupSettings Settings
    {
        get
        {
            MetadataImage image = _catalogue.Image;
            if (_settings is { } known && ReferenceEquals(known.Image, image)) return known.Settings;
            var read = new SettingsAsOf(image, GroupSettings.Read(_catalogue.BrokerConfigIn(image)));
            _settings = read;
            return read.Settings;
        }
    }

    private ConsumerGroupSettings ConsumerSettingsOf(string groupId)
    {
        MetadataImage image = _catalogue.Image;
        ImmutableDictionary<string, string> own = image.ConfigsOf(ConfigResource.Group(groupId));
        if (!own.IsEmpty) return ConsumerGroupSettings.Read(_catalogue.BrokerConfigIn(image), own);
        if (_consumerSettings is { } known && ReferenceEquals(known.Image, image)) return known.Settings;
        var read = new ConsumerSettingsAsOf(image, ConsumerGroupSettings.Read(_catalogue.BrokerConfigIn(image), own));
        _consumerSettings = read;
        return read.Settings;
    }

    private void FollowPartitions()
    {
        TopicPartitions? topic = _partitions.Find(TopicNames.ConsumerOffsets);
        foreach (var (index, partition) in _led.ToArray())
        {
            if (ReferenceEquals(topic?.At(index), partition)) continue;
            _led.Remove(index);
            Coordinator.Resign(index);
        }

        foreach (Partition? partition in topic?.ByIndex ?? [])
        {
            if (partition is null || !_led.TryAdd(partition.TopicPartition.Partition, partition)) continue;
            Coordinator.Lead(partition.TopicPartition.Partition, new CoordinatorPartition(partition, CommitTimeout));
        }
    }

    private sealed record SettingsAsOf(MetadataImage Image, GroupSettings Settings);

    private sealed record ConsumerSettingsAsOf(MetadataImage Image, ConsumerGroupSettings Settings);
}
