using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Finds offsets: the first, the last, the one with the latest timestamp, or the first from a time on.</summary>
internal sealed class ListOffsetsHandler(PartitionLookup partitions) : RequestHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long NotFound = -1;
    private const short LeaderEpochSince = 4;

    protected override Task<ListOffsetsResponse> HandleAsync(ListOffsetsRequest request, RequestContext context)
    {
        HashSet<TopicPartition> repeated = RepeatedIn(request);
        return Task.FromResult(new ListOffsetsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.DistinctBy(p => p.PartitionIndex).Select(p => Find(request, topic.Name, p, repeated, context.ApiVersion))],
                }),
            ],
        });
    }

    private ListOffsetsResponse.ListOffsetsPartitionResponse Find(
        ListOffsetsRequest request,
        string topic,
        ListOffsetsRequest.ListOffsetsPartition wanted,
        HashSet<TopicPartition> repeated,
        short version)
    {
        if (repeated.Contains(new TopicPartition(topic, wanted.PartitionIndex)))
            return Refuse(wanted, ErrorCode.InvalidRequest);
        if (wanted.Timestamp < 0 && !OffsetTimestamps.IsKnown(wanted.Timestamp, version))
            return Refuse(wanted, ErrorCode.UnsupportedVersion);
        ErrorCode error = partitions.Find(topic, wanted.PartitionIndex, out Partition? partition);
        if (error != ErrorCode.None) return Refuse(wanted, error);
        error = partition!.CheckEpoch(new LeaderEpoch(wanted.CurrentLeaderEpoch));
        if (error != ErrorCode.None) return Refuse(wanted, error);
        OffsetAtTime? found = OffsetTimestamps.Find(partition, wanted.Timestamp, (IsolationLevel)request.IsolationLevel);
        return new()
        {
            PartitionIndex = wanted.PartitionIndex,
            Timestamp = found?.Timestamp ?? NotFound,
            Offset = found?.Offset.Value ?? NotFound,
            LeaderEpoch = version >= LeaderEpochSince && found is { } at ? at.Epoch.Value : LeaderEpoch.None.Value,
        };
    }

    private static HashSet<TopicPartition> RepeatedIn(ListOffsetsRequest request) =>
    [
        .. request.Topics
            .SelectMany(topic => topic.Partitions.Select(p => new TopicPartition(topic.Name, p.PartitionIndex)))
            .CountBy(partition => partition)
            .Where(count => count.Value > 1)
            .Select(count => count.Key),
    ];

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Refuse(
        ListOffsetsRequest.ListOffsetsPartition wanted, ErrorCode error) =>
        new() { PartitionIndex = wanted.PartitionIndex, ErrorCode = error };
}
