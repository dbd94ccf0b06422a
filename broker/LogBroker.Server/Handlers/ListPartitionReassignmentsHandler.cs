using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers;

/// <summary>Tells which partitions are moving between brokers (KIP-455): none, because a partition stays where it was
/// created. Kafka too leaves out what does not move, known or not.</summary>
internal sealed class ListPartitionReassignmentsHandler
    : RequestHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
{
    protected override Task<ListPartitionReassignmentsResponse> HandleAsync(
        ListPartitionReassignmentsRequest request, RequestContext context) =>
        Task.FromResult(new ListPartitionReassignmentsResponse());
}
