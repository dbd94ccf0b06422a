using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Describes classic groups with their members.</summary>
internal sealed class DescribeGroupsHandler(GroupCoordinator groups)
    : RequestHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    protected override async Task<DescribeGroupsResponse> HandleAsync(DescribeGroupsRequest request, RequestContext context)
    {
        DescribeGroupsResponse.DescribedGroup[] described = await Task.WhenAll(
            request.Groups.Select(group => groups.DescribeAsync(group, context.ApiVersion))).ConfigureAwait(false);
        return new DescribeGroupsResponse
        {
            Groups = [.. described.Select(group => WithOperations(group, request.IncludeAuthorizedOperations))],
        };
    }

    private static DescribeGroupsResponse.DescribedGroup WithOperations(
        DescribeGroupsResponse.DescribedGroup group, bool wantsOperations)
    {
        bool areTold = wantsOperations && group.ErrorCode == ErrorCode.None;
        return new()
        {
            ErrorCode = group.ErrorCode,
            ErrorMessage = group.ErrorMessage,
            GroupId = group.GroupId,
            GroupState = group.GroupState,
            ProtocolType = group.ProtocolType,
            ProtocolData = group.ProtocolData,
            Members = group.Members,
            AuthorizedOperations = areTold ? AllowedOperations.OfGroup : AllowedOperations.NotAsked,
        };
    }
}
