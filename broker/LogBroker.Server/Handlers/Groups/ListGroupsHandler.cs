using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Lists the groups that this broker coordinates.</summary>
internal sealed class ListGroupsHandler(GroupCoordinator groups) : RequestHandler<ListGroupsRequest, ListGroupsResponse>
{
    protected override Task<ListGroupsResponse> HandleAsync(ListGroupsRequest request, RequestContext context) =>
        groups.ListAsync(request.StatesFilter, request.TypesFilter);
}
