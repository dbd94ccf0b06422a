using LogBroker.Coordination.Groups;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Handlers.Groups;

/// <summary>Describes groups of the consumer group protocol with their members.</summary>
internal sealed class ConsumerGroupDescribeHandler(GroupCoordinator groups)
    : RequestHandler<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>
{
    protected override async Task<ConsumerGroupDescribeResponse> HandleAsync(
        ConsumerGroupDescribeRequest request, RequestContext context)
    {
        ConsumerGroupDescribeResponse.DescribedGroup[] described =
            await Task.WhenAll(request.GroupIds.Select(groups.ConsumerGroupDescribeAsync)).ConfigureAwait(false);
        return new ConsumerGroupDescribeResponse
        {
            Groups = request.IncludeAuthorizedOperations ? [.. described.Select(WithOperations)] : [.. described],
        };
    }

    private static ConsumerGroupDescribeResponse.DescribedGroup WithOperations(
        ConsumerGroupDescribeResponse.DescribedGroup group) => group.ErrorCode != ErrorCode.None
        ? group
        : new()
        {
            GroupId = group.GroupId,
            GroupState = group.GroupState,
            GroupEpoch = group.GroupEpoch,
            AssignmentEpoch = group.AssignmentEpoch,
            AssignorName = group.AssignorName,
            Members = group.Members,
            AuthorizedOperations = AllowedOperations.OfGroup,
        };
}
