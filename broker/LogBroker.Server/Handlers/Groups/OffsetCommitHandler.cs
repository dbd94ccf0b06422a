using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Commits a group's offsets, for topics that exist.</summary>
internal sealed class OffsetCommitHandler(GroupCoordinator groups, TopicNaming topics)
    : RequestHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    private const short TopicIdsSince = 10;

    protected override async Task<OffsetCommitResponse> HandleAsync(OffsetCommitRequest request, RequestContext context)
    {
        bool byId = context.ApiVersion >= TopicIdsSince;
        var known = ImmutableArray.CreateBuilder<OffsetCommitRequest.OffsetCommitRequestTopic>(request.Topics.Length);
        var refused = ImmutableArray.CreateBuilder<OffsetCommitResponse.OffsetCommitResponseTopic>();
        foreach (OffsetCommitRequest.OffsetCommitRequestTopic topic in request.Topics)
        {
            TopicImage? image = byId ? topics.Find(topic.TopicId) : topics.Find(topic.Name);
            if (image is null) refused.Add(Refuse(topic, byId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition));
            else known.Add(new() { Name = image.Name, TopicId = image.Id, Partitions = topic.Partitions });
        }

        if (known.Count == 0) return new OffsetCommitResponse { Topics = refused.ToImmutable() };
        request.Topics = known.ToImmutable();
        OffsetCommitResponse response =
            await groups.CommitOffsetsAsync(request, context.ApiVersion).ConfigureAwait(false);
        return new OffsetCommitResponse { Topics = [.. refused, .. response.Topics] };
    }

    private static OffsetCommitResponse.OffsetCommitResponseTopic Refuse(
        OffsetCommitRequest.OffsetCommitRequestTopic topic, ErrorCode error) => new()
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions =
            [
                .. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = error,
                }),
            ],
        };
}
