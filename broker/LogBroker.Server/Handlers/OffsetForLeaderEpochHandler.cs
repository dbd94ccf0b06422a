using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Connections;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Handlers;

/// <summary>Tells where a leader epoch ended, so that a client can see whether the log it knew was cut (KIP-320).</summary>
internal sealed class OffsetForLeaderEpochHandler(PartitionLookup partitions)
    : RequestHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    protected override Task<OffsetForLeaderEpochResponse> HandleAsync(
        OffsetForLeaderEpochRequest request, RequestContext context) => Task.FromResult(new OffsetForLeaderEpochResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
                {
                    Topic = topic.Topic,
                    Partitions = [.. topic.Partitions.Select(partition => Find(topic.Topic, partition))],
                }),
            ],
        });

    private OffsetForLeaderEpochResponse.EpochEndOffset Find(
        string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition wanted)
    {
        ErrorCode error = partitions.Find(topic, wanted.Partition, out Partition? partition);
        if (error == ErrorCode.None) error = partition!.CheckEpoch(new LeaderEpoch(wanted.CurrentLeaderEpoch));
        if (error != ErrorCode.None) return new() { Partition = wanted.Partition, ErrorCode = error };
        EpochEnd end = partition!.EndOffsetOf(new LeaderEpoch(wanted.LeaderEpoch));
        return new() { Partition = wanted.Partition, LeaderEpoch = end.Epoch.Value, EndOffset = end.EndOffset.Value };
    }
}
