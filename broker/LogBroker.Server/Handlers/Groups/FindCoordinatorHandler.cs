using LogBroker.Coordination.Runtime;
using LogBroker.Metadata;
using LogBroker.Metadata.Images;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Tells which broker coordinates a group. Whoever asks first has the topic created in which groups are kept.</summary>
internal sealed class FindCoordinatorHandler(ClusterView cluster, ICoordinatorTopic topic)
    : RequestHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    private const short BatchedSince = 4;
    private const sbyte OfGroup = 0;
    private const sbyte OfTransaction = 1;
    private const sbyte OfShare = 2;

    protected override async Task<FindCoordinatorResponse> HandleAsync(FindCoordinatorRequest request, RequestContext context)
    {
        ErrorCode error = request.KeyType switch
        {
            OfGroup => await topic.EnsureAsync().ConfigureAwait(false) == ErrorCode.None
                ? ErrorCode.None
                : ErrorCode.CoordinatorNotAvailable,
            OfTransaction => ErrorCode.CoordinatorNotAvailable,
            _ => ErrorCode.InvalidRequest,
        };
        bool isBatched = context.ApiVersion >= BatchedSince;
        string[] keys = isBatched ? [.. request.CoordinatorKeys] : [request.Key];
        // Of a share group's key that is none Kafka has nothing to say in a batch.
        bool isSilent = isBatched && request.KeyType == OfShare;
        FindCoordinatorResponse.Coordinator[] found =
            [.. keys.Select(key => Find(key, error, context.Listener, code => isSilent ? "" : MessageOf(code, isBatched)))];
        if (isBatched) return new FindCoordinatorResponse { Coordinators = [.. found] };
        return new FindCoordinatorResponse
        {
            ErrorCode = found[0].ErrorCode,
            ErrorMessage = found[0].ErrorMessage,
            NodeId = found[0].NodeId,
            Host = found[0].Host,
            Port = found[0].Port,
        };
    }

    private FindCoordinatorResponse.Coordinator Find(string key, ErrorCode error, string listener, Func<ErrorCode, string?> messageOf)
    {
        ClusterNode? node = error == ErrorCode.None ? LeaderOf(key, listener) : null;
        if (error == ErrorCode.None && node is null) error = ErrorCode.CoordinatorNotAvailable;
        return new()
        {
            Key = key,
            NodeId = node?.Id ?? -1,
            Host = node?.Host ?? "",
            Port = node?.Port ?? -1,
            ErrorCode = error,
            ErrorMessage = messageOf(error),
        };
    }

    private ClusterNode? LeaderOf(string group, string listener)
    {
        if (!cluster.Image.TryGetTopic(TopicNames.ConsumerOffsets, out TopicImage? offsets)) return null;
        int leader = offsets.Partitions[CoordinatorPartitions.PartitionOf(group, offsets.Partitions.Length)].Leader;
        foreach (ClusterNode node in cluster.NodesFor(listener))
        {
            if (node.Id == leader) return node;
        }

        return null;
    }

    /// <summary>Kafka's words for its codes; in a batch it has none for success.</summary>
    private static string? MessageOf(ErrorCode error, bool isBatched) => error switch
    {
        ErrorCode.None => isBatched ? "" : "NONE",
        ErrorCode.CoordinatorNotAvailable => "The coordinator is not available.",
        _ => "This most likely occurs because of a request being malformed by the client library or the message was sent to an "
            + "incompatible broker. See the broker logs for more details.",
    };
}
