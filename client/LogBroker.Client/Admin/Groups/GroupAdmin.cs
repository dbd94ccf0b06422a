using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Admin.Groups;
using LogBroker.Client.Connections;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Groups of every kind: list and delete; consumer groups of both protocols: describe, remove members.</summary>
public sealed class GroupAdmin
{
    private readonly AdminCalls _calls;
    private readonly ItemCalls _items;

    internal GroupAdmin(AdminCalls calls, ItemCalls items)
    {
        _calls = calls;
        _items = items;
    }

    /// <summary>All groups, by id; every broker is asked for those it coordinates.</summary>
    /// <param name="states">Only those in one of these states; null for all.</param>
    /// <param name="types">Only those of one of these protocols; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">A broker did not answer: the list would lack its groups.</exception>
    public async Task<IReadOnlyList<GroupListing>> ListAsync(
        IReadOnlyCollection<GroupState>? states = null,
        IReadOnlyCollection<GroupType>? types = null,
        CancellationToken cancellationToken = default)
    {
        var request = new ListGroupsRequest
        {
            StatesFilter = [.. (states ?? []).Select(state => state.ToString())],
            TypesFilter = [.. (types ?? []).Select(type => type.ToString())],
        };
        var brokers = await _calls.RetryAsync(_calls.FindBrokersAsync, cancellationToken).ConfigureAwait(false);
        var answers = await Task.WhenAll(brokers.Select(nodeId => _calls.BrokerAsync(
            "Listing groups", nodeId, request, answer => (answer.ErrorCode, null), cancellationToken))).ConfigureAwait(false);
        return
        [
            .. answers.SelectMany(answer => answer.Groups)
                .DistinctBy(group => group.GroupId)
                .OrderBy(group => group.GroupId, StringComparer.Ordinal)
                .Select(group => new GroupListing(
                    group.GroupId, GroupAnswers.ToType(group.GroupType), GroupAnswers.ToState(group.GroupState), group.ProtocolType)),
        ];
    }

    /// <summary>Describes a group.</summary>
    /// <exception cref="KafkaException">There is no such group (<see cref="ErrorCode.GroupIdNotFound"/>).</exception>
    public Task<GroupDescription> DescribeAsync(string groupId, CancellationToken cancellationToken = default) =>
        DescribeAsync([groupId], cancellationToken: cancellationToken).OnlyAsync();

    /// <summary>Describes groups, whichever protocol each follows.</summary>
    /// <param name="groupIds">Their ids.</param>
    /// <param name="includeAllowedOperations">Also what the client's principal may do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<string, GroupDescription>> DescribeAsync(
        IReadOnlyCollection<string> groupIds, bool includeAllowedOperations = false, CancellationToken cancellationToken = default) =>
        _items.EachCoordinatorAsync<GroupDescription>(
            "Describing group",
            CoordinatorKind.Group,
            groupIds,
            async (coordinator, left, token) =>
            {
                var modern = await DescribeModernAsync(coordinator, left, includeAllowedOperations, token).ConfigureAwait(false);
                string[] others =
                [
                    .. left.Except(modern.Where(answer => !MayBeClassic(answer.Failure)).Select(answer => answer.Key)),
                ];
                var classic = await DescribeClassicAsync(coordinator, others, includeAllowedOperations, token).ConfigureAwait(false);
                return modern.ExceptBy(others, answer => answer.Key).Concat(classic);
            },
            cancellationToken);

    /// <summary>Deletes groups that have no members, with all they have committed.</summary>
    /// <exception cref="KafkaException">One does not exist, or has members (<see cref="ErrorCode.NonEmptyGroup"/>); see
    /// <see cref="PartialFailureException"/>.</exception>
    public Task DeleteAsync(IReadOnlyCollection<string> groupIds, CancellationToken cancellationToken = default)
    {
        const string What = "Deleting group";
        return _items.EachCoordinatorAsync<bool>(
            What,
            CoordinatorKind.Group,
            groupIds,
            async (coordinator, left, token) =>
            {
                var response = await _calls.SendToAsync(coordinator, new DeleteGroupsRequest { GroupsNames = [.. left] }, token)
                    .ConfigureAwait(false);
                return response.Results.Select(group => Answers.Of(group.GroupId, group.ErrorCode, null, What));
            },
            cancellationToken).AllAsync();
    }

    /// <summary>Deletes a group that has no members, with all it has committed.</summary>
    /// <inheritdoc cref="DeleteAsync(IReadOnlyCollection{string}, CancellationToken)"/>
    public Task DeleteAsync(string groupId, CancellationToken cancellationToken = default) =>
        DeleteAsync([groupId], cancellationToken);

    /// <summary>Makes static members leave a group, so that others get their partitions without waiting for the session's end
    /// (KIP-345).</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="groupInstanceIds">The members' names; null makes all members leave, dynamic ones too.</param>
    /// <param name="reason">For the broker's log.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">One is not in the group; see <see cref="PartialFailureException"/>.</exception>
    public async Task RemoveMembersAsync(
        string groupId,
        IReadOnlyCollection<string>? groupInstanceIds = null,
        string? reason = null,
        CancellationToken cancellationToken = default)
    {
        const string What = "Removing member";
        var leaving = groupInstanceIds is null
            ? (await DescribeAsync(groupId, cancellationToken).ConfigureAwait(false)).Members
                .Select(member => new LeaveGroupRequest.MemberIdentity
                {
                    MemberId = member.GroupInstanceId is null ? member.MemberId : "",
                    GroupInstanceId = member.GroupInstanceId,
                    Reason = reason,
                })
            : groupInstanceIds.Select(id => new LeaveGroupRequest.MemberIdentity
            {
                MemberId = "",
                GroupInstanceId = id,
                Reason = reason,
            });
        var request = new LeaveGroupRequest { GroupId = groupId, Members = [.. leaving] };
        if (request.Members.Length == 0) return;
        var response = await _calls.CoordinatorAsync(
            $"Removing members of group {groupId}", CoordinatorKind.Group, groupId, request, answer => answer.ErrorCode, cancellationToken)
            .ConfigureAwait(false);
        var results = new AdminResults<string, bool>(What);
        foreach (var member in response.Members)
            results.Add(Answers.Of(member.GroupInstanceId ?? member.MemberId, member.ErrorCode, null, What));
        results.ThrowIfAnyFailed();
    }

    /// <summary>Groups of KIP-848; what is none is answered with GROUP_ID_NOT_FOUND.</summary>
    private async Task<IReadOnlyList<ItemAnswer<string, GroupDescription>>> DescribeModernAsync(
        int coordinator, IReadOnlyList<string> groupIds, bool includeAllowedOperations, CancellationToken cancellationToken)
    {
        var connection = await _calls.Cluster.ConnectAsync(coordinator, ConnectionLane.Control, cancellationToken)
            .ConfigureAwait(false);
        if (!connection.Supports(ApiKey.ConsumerGroupDescribe)) return [];
        var request = new ConsumerGroupDescribeRequest
        {
            GroupIds = [.. groupIds],
            IncludeAuthorizedOperations = includeAllowedOperations,
        };
        var response = await connection.SendAsync(request, _calls.Cluster.Options.RequestTimeout, cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. response.Groups.Select(group => Answers.Of(
                group.GroupId,
                group.ErrorCode,
                group.ErrorMessage,
                "Describing group",
                () => GroupAnswers.ToDescription(group, coordinator))),
        ];
    }

    /// <summary>A broker that has the new protocol switched off says UNSUPPORTED_VERSION of every group.</summary>
    private static bool MayBeClassic(KafkaException? failure) =>
        failure?.ErrorCode is ErrorCode.GroupIdNotFound or ErrorCode.UnsupportedVersion;

    private async Task<IEnumerable<ItemAnswer<string, GroupDescription>>> DescribeClassicAsync(
        int coordinator, string[] groupIds, bool includeAllowedOperations, CancellationToken cancellationToken)
    {
        if (groupIds.Length == 0) return [];
        var request = new DescribeGroupsRequest
        {
            Groups = [.. groupIds],
            IncludeAuthorizedOperations = includeAllowedOperations,
        };
        var response = await _calls.SendToAsync(coordinator, request, cancellationToken).ConfigureAwait(false);
        return response.Groups.Select(group => Answers.Of(
            group.GroupId,
            IsMissing(group) ? ErrorCode.GroupIdNotFound : group.ErrorCode,
            group.ErrorMessage,
            "Describing group",
            () => GroupAnswers.ToDescription(group, coordinator)));
    }

    /// <summary>Before version 6 brokers tell of a group that is not there as a dead one.</summary>
    private static bool IsMissing(DescribeGroupsResponse.DescribedGroup group) =>
        group.ErrorCode == ErrorCode.None && GroupAnswers.ToState(group.GroupState) == GroupState.Dead;
}
