using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Deletes a group's offsets of topics that exist and that no member reads.</summary>
internal sealed class OffsetDeleteHandler(GroupCoordinator groups, TopicNaming topics)
    : RequestHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    protected override async Task<OffsetDeleteResponse> HandleAsync(OffsetDeleteRequest request, RequestContext context)
    {
        ImmutableArray<OffsetDeleteResponse.OffsetDeleteResponseTopic> refused =
            [.. request.Topics.Where(topic => topics.Find(topic.Name) is null).Select(Refuse)];
        request.Topics = [.. request.Topics.Where(topic => topics.Find(topic.Name) is not null)];
        if (request.Topics.IsEmpty && !refused.IsEmpty) return new OffsetDeleteResponse { Topics = refused };
        OffsetDeleteResponse response = await groups.DeleteOffsetsAsync(request).ConfigureAwait(false);
        return response.ErrorCode != ErrorCode.None
            ? response
            : new OffsetDeleteResponse { Topics = [.. refused, .. response.Topics] };
    }

    private static OffsetDeleteResponse.OffsetDeleteResponseTopic Refuse(
        OffsetDeleteRequest.OffsetDeleteRequestTopic topic) => new()
        {
            Name = topic.Name,
            Partitions =
            [
                .. topic.Partitions.Select(partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = ErrorCode.UnknownTopicOrPartition,
                }),
            ],
        };
}
