using System.Collections.Immutable;
using LogBroker.Metadata;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Describes partitions page by page, in the order of the topics' names (KIP-966).</summary>
internal sealed class DescribeTopicPartitionsHandler(ClusterView cluster)
    : RequestHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>
{
    private const int PartitionsPerPageMax = 2000;

    protected override Task<DescribeTopicPartitionsResponse> HandleAsync(
        DescribeTopicPartitionsRequest request, RequestContext context) =>
        Task.FromResult(HasGoodCursor(request) ? Describe(request) : RefuseAll(request));

    /// <summary>A cursor must name one of the topics asked for.</summary>
    private static bool HasGoodCursor(DescribeTopicPartitionsRequest request) => request.Cursor is not { } cursor
        || (cursor.PartitionIndex >= 0
            && (request.Topics.IsEmpty || request.Topics.Any(topic => topic.Name == cursor.TopicName)));

    private DescribeTopicPartitionsResponse Describe(DescribeTopicPartitionsRequest request)
    {
        var page = ImmutableArray.CreateBuilder<DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic>();
        int left = Math.Clamp(request.ResponsePartitionLimit, 1, PartitionsPerPageMax);
        foreach (string name in NamesFrom(request))
        {
            int first = request.Cursor?.TopicName == name ? request.Cursor.PartitionIndex : 0;
            if (!cluster.Image.TryGetTopic(name, out TopicImage? topic))
            {
                page.Add(Refuse(name));
                continue;
            }

            if (left == 0) return Page(page, name, first);
            ImmutableArray<PartitionImage> partitions = [.. topic.Partitions.Skip(first).Take(left)];
            page.Add(Describe(topic, partitions));
            left -= partitions.Length;
            int next = first + partitions.Length;
            if (next < topic.Partitions.Length) return Page(page, name, next);
        }

        return new DescribeTopicPartitionsResponse { Topics = page.ToImmutable() };
    }

    private IEnumerable<string> NamesFrom(DescribeTopicPartitionsRequest request)
    {
        IEnumerable<string> names = request.Topics.IsEmpty
            ? cluster.Image.Topics.Keys
            : request.Topics.Select(topic => topic.Name).Distinct().Order(StringComparer.Ordinal);
        return request.Cursor is { } cursor
            ? names.SkipWhile(name => string.CompareOrdinal(name, cursor.TopicName) < 0)
            : names;
    }

    private static DescribeTopicPartitionsResponse Page(
        ImmutableArray<DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic>.Builder page,
        string nextTopic,
        int nextPartition) => new()
        {
            Topics = page.ToImmutable(),
            NextCursor = new() { TopicName = nextTopic, PartitionIndex = nextPartition },
        };

    private static DescribeTopicPartitionsResponse RefuseAll(DescribeTopicPartitionsRequest request) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
            {
                Name = topic.Name,
                ErrorCode = ErrorCode.InvalidRequest,
            }),
        ],
    };

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Refuse(string name) => new()
    {
        Name = name,
        TopicAuthorizedOperations = AllowedOperations.OfTopic,
        ErrorCode = TopicNames.Check(name) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidTopicException,
    };

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Describe(
        TopicImage topic, ImmutableArray<PartitionImage> partitions) => new()
        {
            Name = topic.Name,
            TopicId = topic.Id,
            IsInternal = topic.IsInternal,
            TopicAuthorizedOperations = AllowedOperations.OfTopic,
            Partitions = [.. partitions.Select(partition => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition
            {
                PartitionIndex = partition.Index,
                LeaderId = partition.Leader,
                LeaderEpoch = partition.LeaderEpoch.Value,
                ReplicaNodes = partition.Replicas,
                IsrNodes = partition.InSyncReplicas,
                EligibleLeaderReplicas = [],
                LastKnownElr = [],
            })],
        };
}
