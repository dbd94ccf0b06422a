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

    /// <summary>Where a share group starts to read.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Only partitions it has an offset for.</returns>
    public async Task<IReadOnlyDictionary<TopicPartition, Offset>> ListOffsetsAsync(
        string groupId, CancellationToken cancellationToken = default)
    {
        string what = $"Listing the offsets of share group {groupId}";
        var request = new DescribeShareGroupOffsetsRequest { Groups = [new() { GroupId = groupId, Topics = null }] };
        var response = await _calls.CoordinatorAsync(
            what, CoordinatorKind.Group, groupId, request, answer => answer.Groups[0].ErrorCode, cancellationToken)
            .ConfigureAwait(false);
        return response.Groups[0].Topics
            .SelectMany(topic => topic.Partitions.Select(partition => (topic.TopicName, Partition: partition)))
            .Where(told => told.Partition.ErrorCode == ErrorCode.None && told.Partition.StartOffset >= 0)
            .ToDictionary(
                told => new TopicPartition(told.TopicName, told.Partition.PartitionIndex),
                told => new Offset(told.Partition.StartOffset));
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
