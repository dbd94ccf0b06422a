using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Moves the log start offset forward, so that what lies before can be deleted (KIP-107).</summary>
internal sealed class DeleteRecordsHandler(PartitionLookup partitions)
    : RequestHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    private const long UpToHighWatermark = -1;
    private const long Unknown = -1;

    protected override Task<DeleteRecordsResponse> HandleAsync(DeleteRecordsRequest request, RequestContext context) =>
        Task.FromResult(new DeleteRecordsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(partition => Delete(topic.Name, partition))],
                }),
            ],
        });

    private DeleteRecordsResponse.DeleteRecordsPartitionResult Delete(
        string topic, DeleteRecordsRequest.DeleteRecordsPartition wanted)
    {
        ErrorCode error = partitions.Find(topic, wanted.PartitionIndex, out Partition? partition);
        if (!PartitionLookup.IsWritable(topic, clientId: null)) error = ErrorCode.InvalidTopicException;
        if (error == ErrorCode.None && !partition!.Log.Options.IsDeleted) error = ErrorCode.PolicyViolation;
        if (error == ErrorCode.None)
        {
            Offset before = wanted.Offset == UpToHighWatermark ? partition!.HighWatermark : new Offset(wanted.Offset);
            error = partition!.DeleteRecordsBefore(before);
        }

        return new()
        {
            PartitionIndex = wanted.PartitionIndex,
            ErrorCode = error,
            LowWatermark = error == ErrorCode.None ? partition!.LogStartOffset.Value : Unknown,
        };
    }
}
