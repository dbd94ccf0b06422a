using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Keeps a member of a classic group alive.</summary>
internal sealed class HeartbeatHandler(GroupCoordinator groups) : RequestHandler<HeartbeatRequest, HeartbeatResponse>
{
    protected override Task<HeartbeatResponse> HandleAsync(HeartbeatRequest request, RequestContext context) =>
        groups.HeartbeatAsync(request);
}
