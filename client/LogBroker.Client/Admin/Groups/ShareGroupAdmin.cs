using System.Collections.Immutable;
using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Admin.Groups;
using LogBroker.Client.Connections;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Share groups (KIP-932): describe, and where they start to read.</summary>
public sealed class ShareGroupAdmin
{
    private readonly AdminCalls _calls;
    private readonly ItemCalls _items;

    internal ShareGroupAdmin(AdminCalls calls, ItemCalls items)
    {
        _calls = calls;
        _items = items;
    }

    /// <summary>Describes a share group.</summary>
    /// <exception cref="KafkaException">There is no such group (<see cref="ErrorCode.GroupIdNotFound"/>), or the broker has no share
    /// groups.</exception>
    public Task<GroupDescription> DescribeAsync(string groupId, CancellationToken cancellationToken = default) =>
        DescribeAsync([groupId], cancellationToken).OnlyAsync();

    /// <summary>Describes share groups.</summary>
    public Task<AdminResults<string, GroupDescription>> DescribeAsync(
        IReadOnlyCollection<string> groupIds, CancellationToken cancellationToken = default)
    {
        const string What = "Describing share group";
        return _items.EachCoordinatorAsync<GroupDescription>(
            What,
            CoordinatorKind.Group,
            groupIds,
            async (coordinator, left, token) =>
            {
                var response = await _calls.SendToAsync(coordinator, new ShareGroupDescribeRequest { GroupIds = [.. left] }, token)
                    .ConfigureAwait(false);
                return response.Groups.Select(group => Answers.Of(
                    group.GroupId, group.ErrorCode, group.ErrorMessage, What, () => ToDescription(group, coordinator)));
            },
            cancellationToken);
    }

    /// <summary>Where a share group starts to read, and how much is left.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Only partitions it has an offset for.</returns>
    /// <exception cref="KafkaException">There is no such group, or one partition cannot be told; see
    /// <see cref="PartialFailureException"/>.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, ShareGroupOffset>> ListOffsetsAsync(
        string groupId, CancellationToken cancellationToken = default)
    {
        string what = $"Listing the offsets of share group {groupId}";
        var request = new DescribeShareGroupOffsetsRequest { Groups = [new() { GroupId = groupId, Topics = null }] };
        var response = await _calls.CoordinatorAsync(
            what,
            CoordinatorKind.Group,
            groupId,
            request,
            answer => answer.Groups.IsEmpty ? ErrorCode.UnknownServerError : answer.Groups[0].ErrorCode,
            cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<TopicPartition, ShareGroupOffset>(what);
        foreach (var topic in response.Groups[0].Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                var key = new TopicPartition(topic.TopicName, partition.PartitionIndex);
                results.Add(Answers.Of(key, partition.ErrorCode, partition.ErrorMessage, what, () => ToOffset(partition)));
            }
        }

        results.ThrowIfAnyFailed();
        return results.Values.Where(told => told.Value.StartOffset.Value >= 0).ToDictionary();
    }

    /// <summary>Sets where a share group without members starts to read.</summary>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public async Task AlterOffsetsAsync(
        string groupId, IReadOnlyDictionary<TopicPartition, Offset> offsets, CancellationToken cancellationToken = default)
    {
        string what = $"Altering the offsets of share group {groupId} for";
        var request = new AlterShareGroupOffsetsRequest
        {
            GroupId = groupId,
            Topics =
            [
                .. offsets.GroupBy(offset => offset.Key.Topic, StringComparer.Ordinal).Select(
                    topic => new AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic
                    {
                        TopicName = topic.Key,
                        Partitions =
                        [
                            .. topic.Select(offset => new AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition
                            {
                                PartitionIndex = offset.Key.Partition,
                                StartOffset = offset.Value.Value,
                            }),
                        ],
                    }),
            ],
        };
        var response = await _calls.CoordinatorAsync(
            what, CoordinatorKind.Group, groupId, request, answer => answer.ErrorCode, cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<TopicPartition, bool>(what);
        foreach (var topic in response.Responses)
        {
            foreach (var partition in topic.Partitions)
            {
                var key = new TopicPartition(topic.TopicName, partition.PartitionIndex);
                results.Add(Answers.Of(key, partition.ErrorCode, partition.ErrorMessage, what));
            }
        }
        results.ThrowIfAnyFailed();
    }

    /// <summary>Forgets where a share group without members reads topics.</summary>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public async Task DeleteOffsetsAsync(
        string groupId, IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default)
    {
        string what = $"Deleting the offsets of share group {groupId} for";
        var request = new DeleteShareGroupOffsetsRequest
        {
            GroupId = groupId,
            Topics =
            [
                .. topics.Select(topic => new DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic { TopicName = topic }),
            ],
        };
        var response = await _calls.CoordinatorAsync(
            what, CoordinatorKind.Group, groupId, request, answer => answer.ErrorCode, cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<string, bool>(what);
        foreach (var topic in response.Responses) results.Add(Answers.Of(topic.TopicName, topic.ErrorCode, topic.ErrorMessage, what));
        results.ThrowIfAnyFailed();
    }

    private static ShareGroupOffset ToOffset(DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition partition) =>
        new(new Offset(partition.StartOffset), partition.Lag < 0 ? null : partition.Lag);

    private static GroupDescription ToDescription(ShareGroupDescribeResponse.DescribedGroup group, int coordinator)
    {
        ImmutableArray<GroupMemberDescription> members =
        [
            .. group.Members.Select(member => new GroupMemberDescription(
                member.MemberId,
                member.ClientId,
                member.ClientHost,
                [
                    .. member.Assignment.TopicPartitions.SelectMany(
                        topic => topic.Partitions.Select(partition => new TopicPartition(topic.TopicName, partition))),
                ])
            {
                RackId = member.RackId,
                MemberEpoch = member.MemberEpoch,
                SubscribedTopics = member.SubscribedTopicNames,
            }),
        ];
        return new GroupDescription(
            group.GroupId, GroupType.Share, GroupAnswers.ToState(group.GroupState), group.AssignorName, coordinator, members)
        {
            ProtocolType = "share",
            GroupEpoch = group.GroupEpoch,
            AssignmentEpoch = group.AssignmentEpoch,
            AllowedOperations = AclOperations.FromBits(group.AuthorizedOperations),
        };
    }
}
