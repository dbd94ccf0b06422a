using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Metadata.Configs;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;

namespace LogBroker.Metadata.Commands;

/// <summary>What creating a topic comes to on one image: checks in the order of Kafka's controller, and no change.</summary>
internal sealed record TopicPlan(
    NewTopic Request,
    CommandError? Error,
    ImmutableArray<ImmutableArray<int>> Replicas,
    ImmutableDictionary<string, string> Configs)
{
    /// <summary>How many partitions one request may create.</summary>
    public const int PartitionsPerRequestMax = 10_000;

    private static readonly ImmutableDictionary<string, string> NoConfigs = ImmutableDictionary<string, string>.Empty;

    /// <param name="image">What there is.</param>
    /// <param name="broker">The settings in force, for defaults.</param>
    /// <param name="request">The topic.</param>
    /// <param name="colliding">The topic of the same request or of the image whose name collides; null = none.</param>
    public static TopicPlan For(MetadataImage image, BrokerConfigLayers broker, NewTopic request, string? colliding)
    {
        if (CheckName(image, request.Name, colliding) is { } badName) return Failed(request, badName);
        if (ReadConfigs(request, broker, out var configs) is { } badConfig) return Failed(request, badConfig);
        var error = request.Assignments.IsDefaultOrEmpty
            ? Choose(image, broker, request, out var replicas)
            : Take(image, request, out replicas);
        return new TopicPlan(request, error, replicas, configs);
    }

    public static TopicPlan Failed(NewTopic request, CommandError error) => new(request, error, [], NoConfigs);

    /// <summary>How many partitions the request asks for, counting a default as what it stands for.</summary>
    public static long PartitionsOf(NewTopic request, BrokerConfigLayers broker) =>
        !request.Assignments.IsDefaultOrEmpty ? request.Assignments.Length
            : request.PartitionCount == -1 ? Number(broker, BrokerConfigs.NumPartitions)
            : Math.Max(0, request.PartitionCount);

    private static CommandError? CheckName(MetadataImage image, string name, string? colliding)
    {
        if (name == TopicNames.ClusterMetadata)
            return new CommandError(ErrorCode.InvalidRequest, $"Creation of internal topic {name} is prohibited.");
        if (TopicNames.Check(name) is { } message) return new CommandError(ErrorCode.InvalidTopicException, message);
        if (image.TryGetTopic(name, out _))
            return new CommandError(ErrorCode.TopicAlreadyExists, $"Topic '{name}' already exists.");
        return colliding is not null
            ? new CommandError(
                ErrorCode.InvalidTopicException, $"Topic '{name}' collides with existing topic: {colliding}")
            : null;
    }

    private static CommandError? ReadConfigs(
        NewTopic request, BrokerConfigLayers broker, out ImmutableDictionary<string, string> configs)
    {
        configs = NoConfigs;
        if (request.Configs.IsDefaultOrEmpty) return null;
        var withoutValue = request.Configs.Where(config => config.Value is null).Select(config => config.Key).ToList();
        if (withoutValue.Count > 0)
        {
            return new CommandError(ErrorCode.InvalidConfig,
                $"Null value not supported for topic configs: {string.Join(",", withoutValue)}");
        }

        configs = request.Configs.Aggregate(NoConfigs, (all, config) => all.SetItem(config.Key, config.Value!));
        return TopicConfigRules.Check(configs, broker) is { } error ? new CommandError(ErrorCode.InvalidConfig, error) : null;
    }

    private static CommandError? Choose(
        MetadataImage image, BrokerConfigLayers broker, NewTopic request, out ImmutableArray<ImmutableArray<int>> replicas)
    {
        replicas = [];
        if (request.ReplicationFactor is 0 or < -1)
        {
            return new CommandError(ErrorCode.InvalidReplicationFactor,
                "Replication factor must be larger than 0, or -1 to use the default value.");
        }

        if (request.PartitionCount is 0 or < -1)
        {
            return new CommandError(
                ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
        }

        int count = (int)PartitionsOf(request, broker);
        int factor = request.ReplicationFactor == -1
            ? (int)Number(broker, BrokerConfigs.DefaultReplicationFactor)
            : request.ReplicationFactor;
        return ReplicaPlacement.Place(image, request.Name, 0, count, factor, out replicas);
    }

    private static CommandError? Take(
        MetadataImage image, NewTopic request, out ImmutableArray<ImmutableArray<int>> replicas)
    {
        replicas = [];
        if (request.ReplicationFactor != -1)
        {
            return new CommandError(ErrorCode.InvalidRequest,
                "A manual partition assignment was specified, but replication factor was not set to -1.");
        }

        if (request.PartitionCount != -1)
        {
            return new CommandError(ErrorCode.InvalidRequest,
                "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }

        var chosen = new SortedDictionary<int, ImmutableArray<int>>();
        int? factor = null;
        foreach (var (partition, brokers) in request.Assignments)
        {
            if (!chosen.TryAdd(partition, brokers))
                return ReplicaPlacement.Invalid($"Found multiple manual partition assignments for partition {partition}");
            if (ReplicaPlacement.Check(image, brokers, factor) is { } error) return error;
            factor = brokers.Length;
        }

        if (!chosen.Keys.SequenceEqual(Enumerable.Range(0, chosen.Count)))
            return ReplicaPlacement.Invalid("partitions should be a consecutive 0-based integer sequence");
        replicas = [.. chosen.Values];
        return null;
    }

    private static long Number(BrokerConfigLayers broker, string name) =>
        long.Parse(broker.Value(name)!, CultureInfo.InvariantCulture);
}
