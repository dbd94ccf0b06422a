using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Commits a group's offsets, for partitions that exist.</summary>
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
            if ((byId ? topics.Find(topic.TopicId) : topics.Find(topic.Name)) is not { } image)
            {
                refused.Add(Refuse(topic, topic.Partitions, byId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition));
                continue;
            }

            OffsetCommitRequest.OffsetCommitRequestPartition[] outside =
                [.. topic.Partitions.Where(partition => !image.Has(partition.PartitionIndex))];
            if (outside.Length > 0) refused.Add(Refuse(topic, outside, ErrorCode.UnknownTopicOrPartition));
            if (outside.Length > 0 && outside.Length == topic.Partitions.Length) continue;
            known.Add(new()
            {
                Name = image.Name,
                TopicId = image.Id,
                Partitions = outside.Length == 0
                    ? topic.Partitions
                    : [.. topic.Partitions.Where(partition => image.Has(partition.PartitionIndex))],
            });
        }

        if (known.Count == 0) return new OffsetCommitResponse { Topics = refused.ToImmutable() };
        request.Topics = known.ToImmutable();
        OffsetCommitResponse response =
            await groups.CommitOffsetsAsync(request, context.ApiVersion).ConfigureAwait(false);
        return refused.Count == 0 ? response : new OffsetCommitResponse { Topics = [.. Merge([.. refused, .. response.Topics])] };
    }

    /// <summary>A topic that was refused in part is told once.</summary>
    private static IEnumerable<OffsetCommitResponse.OffsetCommitResponseTopic> Merge(
        IEnumerable<OffsetCommitResponse.OffsetCommitResponseTopic> topics) =>
        topics.GroupBy(topic => (topic.Name, topic.TopicId)).Select(same => new OffsetCommitResponse.OffsetCommitResponseTopic
        {
            Name = same.Key.Name,
            TopicId = same.Key.TopicId,
            Partitions = [.. same.SelectMany(topic => topic.Partitions)],
        });

    private static OffsetCommitResponse.OffsetCommitResponseTopic Refuse(
        OffsetCommitRequest.OffsetCommitRequestTopic topic,
        IEnumerable<OffsetCommitRequest.OffsetCommitRequestPartition> partitions,
        ErrorCode error) => new()
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions =
            [
                .. partitions.Select(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = error,
                }),
            ],
        };
}
