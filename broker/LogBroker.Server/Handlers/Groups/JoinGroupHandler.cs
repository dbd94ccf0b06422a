using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Lets a client become a member of a classic group; the answer comes when the generation stands.</summary>
internal sealed class JoinGroupHandler(GroupCoordinator groups) : RequestHandler<JoinGroupRequest, JoinGroupResponse>
{
    private const short NoProtocolIsNullSince = 7;

    protected override async Task<JoinGroupResponse> HandleAsync(JoinGroupRequest request, RequestContext context)
    {
        JoinGroupResponse response = await groups.JoinAsync(request, RequestOrigins.Of(context)).ConfigureAwait(false);
        if (string.IsNullOrEmpty(response.ProtocolName))
            response.ProtocolName = context.ApiVersion < NoProtocolIsNullSince ? "" : null;
        return response;
    }
}
