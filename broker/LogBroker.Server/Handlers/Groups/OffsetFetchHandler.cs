using System.Collections.Immutable;
using LogBroker.Coordination.Groups;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Tells what groups have committed: one group in old versions, several in newer ones.</summary>
internal sealed class OffsetFetchHandler(GroupCoordinator groups, TopicNaming topics)
    : RequestHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    private const short SeveralGroupsSince = 8;
    private const short TopicIdsSince = 10;
    private const short GroupErrorSince = 2;

    protected override async Task<OffsetFetchResponse> HandleAsync(OffsetFetchRequest request, RequestContext context)
    {
        bool byId = context.ApiVersion >= TopicIdsSince;
        if (context.ApiVersion < SeveralGroupsSince)
        {
            OffsetFetchRequest.OffsetFetchRequestGroup asked = AsGroup(request);
            return AsSingle(await FetchAsync(asked, byId: false).ConfigureAwait(false), asked, context.ApiVersion);
        }

        return new OffsetFetchResponse
        {
            Groups =
            [
                .. await Task.WhenAll(request.Groups.Select(group => FetchAsync(group, byId))).ConfigureAwait(false),
            ],
        };
    }

    private async Task<OffsetFetchResponse.OffsetFetchResponseGroup> FetchAsync(
        OffsetFetchRequest.OffsetFetchRequestGroup group, bool byId)
    {
        var unknown = ImmutableArray.CreateBuilder<OffsetFetchResponse.OffsetFetchResponseTopics>();
        OffsetFetchResponse.OffsetFetchResponseGroup found =
            await groups.FetchOffsetsAsync(Resolve(group, byId, unknown)).ConfigureAwait(false);
        ImmutableArray<OffsetFetchResponse.OffsetFetchResponseTopics> told = found.ErrorCode == ErrorCode.None && byId
            ? [.. WithIds(found.Topics, isAll: group.Topics is null), .. unknown]
            : found.Topics;
        return new() { GroupId = group.GroupId, Topics = told, ErrorCode = found.ErrorCode };
    }

    private OffsetFetchRequest.OffsetFetchRequestGroup Resolve(
        OffsetFetchRequest.OffsetFetchRequestGroup group,
        bool byId,
        ImmutableArray<OffsetFetchResponse.OffsetFetchResponseTopics>.Builder unknown)
    {
        if (group.Topics is not { } asked) return group;
        var known = ImmutableArray.CreateBuilder<OffsetFetchRequest.OffsetFetchRequestTopics>(asked.Length);
        foreach (OffsetFetchRequest.OffsetFetchRequestTopics topic in asked)
        {
            TopicImage? image = byId ? topics.Find(topic.TopicId) : topics.Find(topic.Name);
            if (image is null && byId) unknown.Add(Refuse(topic));
            else known.Add(new() { Name = image?.Name ?? topic.Name, TopicId = image?.Id ?? Guid.Empty, PartitionIndexes = topic.PartitionIndexes });
        }

        return new()
        {
            GroupId = group.GroupId,
            MemberId = group.MemberId,
            MemberEpoch = group.MemberEpoch,
            Topics = known.ToImmutable(),
        };
    }

    /// <summary>Whoever asks for everything by id cannot be told of topics that have none any more.</summary>
    private IEnumerable<OffsetFetchResponse.OffsetFetchResponseTopics> WithIds(
        ImmutableArray<OffsetFetchResponse.OffsetFetchResponseTopics> found, bool isAll)
    {
        foreach (OffsetFetchResponse.OffsetFetchResponseTopics topic in found)
        {
            if (!isAll) yield return topic;
            else if (topics.Find(topic.Name) is { } image) yield return new() { Name = topic.Name, TopicId = image.Id, Partitions = topic.Partitions };
        }
    }

    private static OffsetFetchResponse.OffsetFetchResponseTopics Refuse(OffsetFetchRequest.OffsetFetchRequestTopics topic) => new()
    {
        Name = topic.Name,
        TopicId = topic.TopicId,
        Partitions = [.. topic.PartitionIndexes.Select(index => Refuse(index, ErrorCode.UnknownTopicId))],
    };

    private static OffsetFetchResponse.OffsetFetchResponsePartitions Refuse(int index, ErrorCode error) => new()
    {
        PartitionIndex = index,
        CommittedOffset = -1,
        CommittedLeaderEpoch = -1,
        Metadata = "",
        ErrorCode = error,
    };

    private static OffsetFetchRequest.OffsetFetchRequestGroup AsGroup(OffsetFetchRequest request) => new()
    {
        GroupId = request.GroupId,
        Topics = request.Topics?.Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopics
        {
            Name = topic.Name,
            PartitionIndexes = topic.PartitionIndexes,
        }).ToImmutableArray(),
    };

    /// <summary>The oldest version has no place for an error but the partitions.</summary>
    private static OffsetFetchResponse AsSingle(
        OffsetFetchResponse.OffsetFetchResponseGroup found, OffsetFetchRequest.OffsetFetchRequestGroup asked, short version)
    {
        bool tellsPartitions = version < GroupErrorSince && found.ErrorCode != ErrorCode.None;
        ImmutableArray<OffsetFetchResponse.OffsetFetchResponseTopics> told = tellsPartitions
            ?
            [
                .. (asked.Topics ?? []).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopics
                {
                    Name = topic.Name,
                    Partitions = [.. topic.PartitionIndexes.Select(index => Refuse(index, found.ErrorCode))],
                }),
            ]
            : found.Topics;
        return new OffsetFetchResponse
        {
            ErrorCode = found.ErrorCode,
            Topics =
            [
                .. told.Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(AsSingle)],
                }),
            ],
        };
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartition AsSingle(
        OffsetFetchResponse.OffsetFetchResponsePartitions partition) => new()
        {
            PartitionIndex = partition.PartitionIndex,
            CommittedOffset = partition.CommittedOffset,
            CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
            Metadata = partition.Metadata,
            ErrorCode = partition.ErrorCode,
        };
}
