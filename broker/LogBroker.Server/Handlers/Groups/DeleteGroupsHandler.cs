using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Deletes groups that have no members.</summary>
internal sealed class DeleteGroupsHandler(GroupCoordinator groups) : RequestHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    protected override async Task<DeleteGroupsResponse> HandleAsync(DeleteGroupsRequest request, RequestContext context) => new()
    {
        Results = [.. await Task.WhenAll(request.GroupsNames.Distinct().Select(groups.DeleteAsync)).ConfigureAwait(false)],
    };
}
