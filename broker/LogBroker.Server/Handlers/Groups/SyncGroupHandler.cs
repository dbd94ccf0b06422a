using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Takes the assignment of a classic group's leader and gives every member its part.</summary>
internal sealed class SyncGroupHandler(GroupCoordinator groups) : RequestHandler<SyncGroupRequest, SyncGroupResponse>
{
    private const short NamesProtocolSince = 5;

    protected override Task<SyncGroupResponse> HandleAsync(SyncGroupRequest request, RequestContext context)
    {
        bool namesProtocol = request is { ProtocolType: not null, ProtocolName: not null };
        return context.ApiVersion >= NamesProtocolSince && !namesProtocol
            ? Task.FromResult(new SyncGroupResponse { ErrorCode = ErrorCode.InconsistentGroupProtocol })
            : groups.SyncAsync(request);
    }
}
