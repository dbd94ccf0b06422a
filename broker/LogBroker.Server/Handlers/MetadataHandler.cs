using System.Collections.Immutable;
using LogBroker.Metadata;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Tells a client which brokers, topics and leaders there are; may create a topic that is asked for.</summary>
internal sealed class MetadataHandler(ClusterView cluster, TopicAutoCreation autoCreation)
    : RequestHandler<MetadataRequest, MetadataResponse>
{
    private const short NullMeansAllSince = 1;
    private const short AsksForAutoCreationSince = 4;
    private const short ByTopicIdSince = 12;
    private const short ClusterOperationsUntil = 10;

    protected override async Task<MetadataResponse> HandleAsync(MetadataRequest request, RequestContext context)
    {
        short version = context.ApiVersion;
        if (request.Topics is { } asked && asked.Any(topic => !CanBeFound(topic, version))) return RefuseAll(asked);
        MetadataImage image = cluster.Image;
        ImmutableArray<MetadataResponse.MetadataResponseTopic> topics = WantsAll(request, version)
            ? [.. image.Topics.Values.Select(topic => Describe(topic, request))]
            : await DescribeAsync(request, version).ConfigureAwait(false);
        return new MetadataResponse
        {
            Brokers = [.. cluster.NodesFor(context.Listener).Select(node => new MetadataResponse.MetadataResponseBroker
            {
                NodeId = node.Id,
                Host = node.Host,
                Port = node.Port,
                Rack = node.Rack,
            })],
            ClusterId = image.ClusterId,
            ControllerId = cluster.ControllerId,
            Topics = topics,
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations && version <= ClusterOperationsUntil
                ? AllowedOperations.OfCluster
                : AllowedOperations.NotAsked,
        };
    }

    /// <summary>Whether the request names the topic in a way of its version: by name, or later by id.</summary>
    private static bool CanBeFound(MetadataRequest.MetadataRequestTopic topic, short version) => version >= ByTopicIdSince
        ? topic.Name is not null || topic.TopicId != Guid.Empty
        : topic.Name is not null && topic.TopicId == Guid.Empty;

    private static MetadataResponse RefuseAll(ImmutableArray<MetadataRequest.MetadataRequestTopic> asked) => new()
    {
        ErrorCode = ErrorCode.InvalidRequest,
        Topics =
        [
            .. asked.Select(topic => new MetadataResponse.MetadataResponseTopic
            {
                ErrorCode = ErrorCode.InvalidRequest,
                Name = topic.Name ?? "",
                TopicId = topic.TopicId,
            }),
        ],
    };

    private static bool WantsAll(MetadataRequest request, short version) =>
        request.Topics is not { } topics || (version < NullMeansAllSince && topics.IsEmpty);

    private async Task<ImmutableArray<MetadataResponse.MetadataResponseTopic>> DescribeAsync(
        MetadataRequest request, short version)
    {
        var described = ImmutableArray.CreateBuilder<MetadataResponse.MetadataResponseTopic>();
        bool mayCreate = version < AsksForAutoCreationSince || request.AllowAutoTopicCreation;
        foreach (MetadataRequest.MetadataRequestTopic wanted in request.Topics!.Value.DistinctBy(t => (t.Name, t.TopicId)))
            described.Add(await DescribeAsync(request, wanted, mayCreate).ConfigureAwait(false));
        return described.ToImmutable();
    }

    private async ValueTask<MetadataResponse.MetadataResponseTopic> DescribeAsync(
        MetadataRequest request, MetadataRequest.MetadataRequestTopic wanted, bool mayCreate)
    {
        if (wanted.TopicId != Guid.Empty)
        {
            return cluster.Image.TryGetTopic(wanted.TopicId, out TopicImage? byId)
                ? Describe(byId, request)
                : Refuse(wanted, ErrorCode.UnknownTopicId);
        }

        string name = wanted.Name!;
        if (cluster.Image.TryGetTopic(name, out TopicImage? topic)) return Describe(topic, request);
        ErrorCode error = await autoCreation.TryCreateAsync(name, mayCreate).ConfigureAwait(false);
        return error == ErrorCode.None && cluster.Image.TryGetTopic(name, out topic)
            ? Describe(topic, request)
            : Refuse(wanted, error);
    }

    private static MetadataResponse.MetadataResponseTopic Refuse(
        MetadataRequest.MetadataRequestTopic wanted, ErrorCode error) => new()
        {
            ErrorCode = error,
            Name = wanted.TopicId != Guid.Empty ? null : wanted.Name,
            TopicId = wanted.TopicId,
            IsInternal = wanted.Name is { } name && TopicNames.IsInternal(name),
        };

    private static MetadataResponse.MetadataResponseTopic Describe(TopicImage topic, MetadataRequest request) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        IsInternal = topic.IsInternal,
        Partitions = [.. topic.Partitions.Select(Describe)],
        TopicAuthorizedOperations = request.IncludeTopicAuthorizedOperations
            ? AllowedOperations.OfTopic
            : AllowedOperations.NotAsked,
    };

    private static MetadataResponse.MetadataResponsePartition Describe(PartitionImage partition) => new()
    {
        PartitionIndex = partition.Index,
        LeaderId = partition.Leader,
        LeaderEpoch = partition.LeaderEpoch.Value,
        ReplicaNodes = partition.Replicas,
        IsrNodes = partition.InSyncReplicas,
    };
}
