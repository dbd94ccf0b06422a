using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Takes members out of a classic group.</summary>
internal sealed class LeaveGroupHandler(GroupCoordinator groups) : RequestHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    private const short SeveralMembersSince = 3;

    protected override async Task<LeaveGroupResponse> HandleAsync(LeaveGroupRequest request, RequestContext context)
    {
        bool isSingle = context.ApiVersion < SeveralMembersSince;
        if (isSingle) request.Members = [new LeaveGroupRequest.MemberIdentity { MemberId = request.MemberId }];
        LeaveGroupResponse response = await groups.LeaveAsync(request).ConfigureAwait(false);
        if (!isSingle) return response;
        ErrorCode error = response.ErrorCode != ErrorCode.None ? response.ErrorCode : response.Members[0].ErrorCode;
        return new LeaveGroupResponse { ErrorCode = error };
    }
}
