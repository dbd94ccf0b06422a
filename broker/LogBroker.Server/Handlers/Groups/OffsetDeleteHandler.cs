using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Deletes a group's offsets of partitions that exist and that no member reads.</summary>
internal sealed class OffsetDeleteHandler(GroupCoordinator groups, TopicNaming topics)
    : RequestHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    protected override async Task<OffsetDeleteResponse> HandleAsync(OffsetDeleteRequest request, RequestContext context)
    {
        var known = ImmutableArray.CreateBuilder<OffsetDeleteRequest.OffsetDeleteRequestTopic>(request.Topics.Length);
        var refused = ImmutableArray.CreateBuilder<OffsetDeleteResponse.OffsetDeleteResponseTopic>();
        foreach (OffsetDeleteRequest.OffsetDeleteRequestTopic topic in request.Topics)
        {
            ILookup<bool, OffsetDeleteRequest.OffsetDeleteRequestPartition> isThere = topic.Partitions.ToLookup(
                partition => topics.Find(topic.Name)?.Has(partition.PartitionIndex) == true);
            if (isThere.Contains(false)) refused.Add(Refuse(topic.Name, isThere[false]));
            if (isThere.Contains(true)) known.Add(new() { Name = topic.Name, Partitions = [.. isThere[true]] });
        }

        request.Topics = known.ToImmutable();
        OffsetDeleteResponse response = await groups.DeleteOffsetsAsync(request).ConfigureAwait(false);
        return response.ErrorCode != ErrorCode.None
            ? response
            : new OffsetDeleteResponse { Topics = [.. Merge([.. refused, .. response.Topics])] };
    }

    /// <summary>A topic that was refused in part is told once.</summary>
    private static IEnumerable<OffsetDeleteResponse.OffsetDeleteResponseTopic> Merge(
        IEnumerable<OffsetDeleteResponse.OffsetDeleteResponseTopic> topics) =>
        topics.GroupBy(topic => topic.Name).Select(same => new OffsetDeleteResponse.OffsetDeleteResponseTopic
        {
            Name = same.Key,
            Partitions = [.. same.SelectMany(topic => topic.Partitions)],
        });

    private static OffsetDeleteResponse.OffsetDeleteResponseTopic Refuse(
        string topic, IEnumerable<OffsetDeleteRequest.OffsetDeleteRequestPartition> partitions) => new()
        {
            Name = topic,
            Partitions =
            [
                .. partitions.Select(partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = ErrorCode.UnknownTopicOrPartition,
                }),
            ],
        };
}
