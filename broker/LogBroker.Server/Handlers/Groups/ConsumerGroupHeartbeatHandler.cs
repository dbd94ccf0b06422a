using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Joins, stays in and leaves groups of the consumer group protocol (KIP-848).</summary>
internal sealed class ConsumerGroupHeartbeatHandler(GroupCoordinator groups)
    : RequestHandler<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>
{
    protected override Task<ConsumerGroupHeartbeatResponse> HandleAsync(
        ConsumerGroupHeartbeatRequest request, RequestContext context) =>
        groups.ConsumerGroupHeartbeatAsync(request, RequestOrigins.Of(context));
}
