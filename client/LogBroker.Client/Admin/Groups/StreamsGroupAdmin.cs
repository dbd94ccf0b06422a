using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Admin.Groups;
using LogBroker.Client.Connections;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Groups of applications that process streams (KIP-1071): describe.</summary>
/// <remarks>What they have in common with consumer groups is there: <see cref="GroupAdmin"/> lists them
/// (<see cref="GroupType.Streams"/>) and deletes them, <see cref="GroupOffsetAdmin"/> has what they have committed.</remarks>
public sealed class StreamsGroupAdmin
{
    private readonly AdminCalls _calls;
    private readonly ItemCalls _items;

    internal StreamsGroupAdmin(AdminCalls calls, ItemCalls items)
    {
        _calls = calls;
        _items = items;
    }

    /// <summary>Describes a streams group.</summary>
    /// <exception cref="KafkaException">There is no such group (<see cref="ErrorCode.GroupIdNotFound"/>), or the broker has no streams
    /// groups.</exception>
    public Task<StreamsGroupDescription> DescribeAsync(string groupId, CancellationToken cancellationToken = default) =>
        DescribeAsync([groupId], cancellationToken: cancellationToken).OnlyAsync();

    /// <summary>Describes streams groups.</summary>
    /// <param name="groupIds">Their ids.</param>
    /// <param name="includeAllowedOperations">Also what the client's principal may do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<string, StreamsGroupDescription>> DescribeAsync(
        IReadOnlyCollection<string> groupIds, bool includeAllowedOperations = false, CancellationToken cancellationToken = default)
    {
        const string What = "Describing streams group";
        return _items.EachCoordinatorAsync<StreamsGroupDescription>(
            What,
            CoordinatorKind.Group,
            groupIds,
            async (coordinator, left, token) =>
            {
                var request = new StreamsGroupDescribeRequest
                {
                    GroupIds = [.. left],
                    IncludeAuthorizedOperations = includeAllowedOperations,
                };
                var response = await _calls.SendToAsync(coordinator, request, token).ConfigureAwait(false);
                return response.Groups.Select(group => Answers.Of(
                    group.GroupId,
                    group.ErrorCode,
                    group.ErrorMessage,
                    What,
                    () => StreamsGroupAnswers.ToDescription(group, coordinator)));
            },
            cancellationToken);
    }
}
