using System.Collections.Concurrent;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Replication.Waiting;
using LogBroker.Storage.Logs;
using Microsoft.Extensions.Logging;

namespace LogBroker.Replication.Partitions;

/// <summary>All partitions of this broker: follows the metadata image, making and deleting logs as topics come and go.</summary>
/// <remarks>
/// <see cref="Apply(MetadataImage?, MetadataImage)"/> is called by one thread at a time, in the order of the images; look-ups by any thread.
/// A log that cannot be made leaves its partition out, with a log line; requests for it get KafkaStorageError.
/// </remarks>
public sealed partial class PartitionRegistry(
    int brokerId,
    bool syncBeforeAck,
    LogStore logs,
    Purgatory purgatory,
    Func<string, MetadataImage, LogOptions> optionsOf,
    ILogger<PartitionRegistry> logger)
{
    private readonly ConcurrentDictionary<string, TopicPartitions> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, TopicPartitions> _byId = new();

    /// <summary>Every partition held here.</summary>
    public IEnumerable<Partition> All =>
        _byName.Values.SelectMany(topic => topic.ByIndex).OfType<Partition>();

    public TopicPartitions? Find(string topic) => _byName.GetValueOrDefault(topic);

    public TopicPartitions? Find(Guid topicId) => _byId.GetValueOrDefault(topicId);

    /// <summary>Makes the partitions those of <paramref name="after"/>; returns when their logs are there.</summary>
    /// <param name="before">The image that was applied last; null at the start.</param>
    /// <param name="after">The image to follow.</param>
    public void Apply(MetadataImage? before, MetadataImage after)
    {
        foreach (TopicPartitions held in _byName.Values)
        {
            if (!after.TryGetTopic(held.TopicId, out _)) Remove(held);
        }

        foreach (TopicImage topic in after.Topics.Values)
        {
            if (before is null || !IsSame(topic, before, after)) Apply(after, topic, isStart: before is null);
        }
    }

    /// <summary>Whether nothing that concerns the topic's logs has changed: images share what has not.</summary>
    private static bool IsSame(TopicImage topic, MetadataImage before, MetadataImage after)
    {
        ConfigResource[] resources =
            [ConfigResource.Topic(topic.Name), ConfigResource.ClusterDefault, ConfigResource.Broker(topic.Partitions[0].Leader)];
        return before.TryGetTopic(topic.Id, out TopicImage? known) && ReferenceEquals(known, topic)
            && resources.All(resource => ReferenceEquals(before.ConfigsOf(resource), after.ConfigsOf(resource)));
    }

    private void Apply(MetadataImage image, TopicImage topic, bool isStart)
    {
        TopicPartitions? held = Find(topic.Name);
        LogOptions options = optionsOf(topic.Name, image);
        foreach (Partition? partition in held?.ByIndex ?? []) partition?.Configure(options);
        if (held?.ByIndex.Length == topic.Partitions.Length) return;
        CreateMissing(topic, options, isNew: !isStart);
        var partitions = new Partition?[topic.Partitions.Length];
        for (int i = 0; i < partitions.Length; i++)
            partitions[i] = held?.At(i) ?? TryOpen(topic, i, options, isNew: !isStart);
        var grown = new TopicPartitions(topic.Name, topic.Id, partitions);
        _byName[topic.Name] = grown;
        _byId[topic.Id] = grown;
    }

    /// <summary>Makes the logs that are not there, together; what fails is tried again one by one, and told then.</summary>
    private void CreateMissing(TopicImage topic, LogOptions options, bool isNew)
    {
        TopicPartition[] missing =
        [
            .. topic.Partitions.Where(placed => placed.Leader == brokerId)
                .Select(placed => new TopicPartition(topic.Name, placed.Index))
                .Where(partition => !logs.TryGet(partition, out _)),
        ];
        try
        {
            if (missing.Length > 1) logs.CreateAll(missing, topic.Id, options, isNew);
        }
        catch (IOException e)
        {
            Log.CannotCreateTogether(logger, e, topic.Name);
        }
    }

    private Partition? TryOpen(TopicImage topic, int index, LogOptions options, bool isNew)
    {
        PartitionImage placed = topic.Partitions[index];
        if (placed.Leader != brokerId) return null;
        var name = new TopicPartition(topic.Name, index);
        try
        {
            if (!logs.TryGet(name, out PartitionLog? log)) log = logs.Create(name, topic.Id, options, isNew);
            return Open(log, placed.LeaderEpoch);
        }
        catch (IOException e)
        {
            Log.CannotOpen(logger, e, name);
            return null;
        }
    }

    private Partition Open(PartitionLog log, LeaderEpoch epoch)
    {
        var partition = new Partition(log, epoch, syncBeforeAck, purgatory);
        log.DurableEndAdvanced = _ => partition.AdvanceHighWatermark();
        log.StateChanged = changed =>
        {
            if (!changed.State.IsOnline) partition.FailWaiting(ErrorCode.KafkaStorageError);
        };
        return partition;
    }

    private void Remove(TopicPartitions topic)
    {
        _byName.TryRemove(topic.Name, out _);
        _byId.TryRemove(topic.TopicId, out _);
        foreach (Partition? partition in topic.ByIndex)
        {
            if (partition is null) continue;
            partition.FailWaiting(ErrorCode.UnknownTopicOrPartition);
            logs.Delete(partition.TopicPartition);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3002, LogLevel.Warning, "Cannot make the logs of {Topic} together; trying one by one",
            EventName = "PartitionsCannotCreateTogether")]
        public static partial void CannotCreateTogether(ILogger logger, Exception exception, string topic);

        [LoggerMessage(3001, LogLevel.Error, "Cannot open the log of {Partition}; it is offline", EventName = "PartitionCannotOpen")]
        public static partial void CannotOpen(ILogger logger, Exception exception, TopicPartition partition);
    }
}
