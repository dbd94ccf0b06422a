using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>What consumer groups have committed: list, alter, delete.</summary>
public sealed class GroupOffsetAdmin
{
    /// <summary>The highest version that names topics, not ids.</summary>
    private const short LastVersionWithNames = 9;

    private const short FirstVersionWithGroups = 8;

    private readonly AdminCalls _calls;

    internal GroupOffsetAdmin(AdminCalls calls) => _calls = calls;

    /// <summary>What a group has committed.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="partitions">Of which partitions; null for all it has committed.</param>
    /// <param name="requireStable">Whether offsets that an open transaction may change are waited for (KIP-447).</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Only partitions with a committed offset.</returns>
    /// <exception cref="KafkaException">The group cannot be asked about; see <see cref="PartialFailureException"/>.</exception>
    public Task<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> ListAsync(
        string groupId,
        IReadOnlyCollection<TopicPartition>? partitions = null,
        bool requireStable = false,
        CancellationToken cancellationToken = default) =>
        _calls.RetryAsync(
            async token =>
            {
                var connection = await _calls.Cluster.Coordinators.FindAsync(
                    CoordinatorKind.Group, groupId, ConnectionLane.Control, token).ConfigureAwait(false);
                bool isBatched = connection.Supports(ApiKey.OffsetFetch, FirstVersionWithGroups);
                var request = isBatched ? Batched(groupId, partitions) : Single(groupId, partitions);
                request.RequireStable = requireStable;
                var response = await connection.SendAsync(
                    request, LastVersionWithNames, _calls.Cluster.Options.RequestTimeout, token).ConfigureAwait(false);
                return (IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>)(isBatched
                    ? Read(groupId, response.Groups[0])
                    : Read(groupId, response));
            },
            cancellationToken);

    /// <summary>Sets what a group has committed. The group must have no members, or no members that read these topics.</summary>
    /// <param name="groupId">The group; it is made if it is not there.</param>
    /// <param name="offsets">The new positions.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">The group has members (<see cref="ErrorCode.UnknownMemberId"/>); see
    /// <see cref="PartialFailureException"/>.</exception>
    public async Task AlterAsync(
        string groupId,
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        CancellationToken cancellationToken = default)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = groupId,
            MemberId = "",
            Topics =
            [
                .. ByTopic(offsets.Keys).Select(topic => new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.Select(partition => new OffsetCommitRequest.OffsetCommitRequestPartition
                        {
                            PartitionIndex = partition.Partition,
                            CommittedOffset = offsets[partition].Offset.Value,
                            CommittedLeaderEpoch = offsets[partition].LeaderEpoch?.Value ?? LeaderEpoch.None.Value,
                            CommittedMetadata = offsets[partition].Metadata ?? "",
                        }),
                    ],
                }),
            ],
        };
        var response = await _calls.CoordinatorAsync(
            Whole(groupId),
            CoordinatorKind.Group,
            groupId,
            request,
            answer => Shared(answer.Topics.SelectMany(topic => topic.Partitions.Select(partition => partition.ErrorCode))),
            cancellationToken,
            LastVersionWithNames).ConfigureAwait(false);
        Settle(groupId, response.Topics.SelectMany(topic => topic.Partitions.Select(
            partition => (new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode))));
    }

    /// <summary>Forgets what a group has committed for partitions. No member may be subscribed to their topics.</summary>
    /// <exception cref="KafkaException">A member is (<see cref="ErrorCode.GroupSubscribedToTopic"/>); see
    /// <see cref="PartialFailureException"/>.</exception>
    public async Task DeleteAsync(
        string groupId, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken = default)
    {
        var request = new OffsetDeleteRequest
        {
            GroupId = groupId,
            Topics =
            [
                .. ByTopic(partitions).Select(topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.Select(partition => new OffsetDeleteRequest.OffsetDeleteRequestPartition
                        {
                            PartitionIndex = partition.Partition,
                        }),
                    ],
                }),
            ],
        };
        var response = await _calls.CoordinatorAsync(
            Whole(groupId), CoordinatorKind.Group, groupId, request, answer => answer.ErrorCode, cancellationToken)
            .ConfigureAwait(false);
        Settle(groupId, response.Topics.SelectMany(topic => topic.Partitions.Select(
            partition => (new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode))));
    }

    private static OffsetFetchRequest Batched(string groupId, IReadOnlyCollection<TopicPartition>? partitions) => new()
    {
        Groups =
        [
            new()
            {
                GroupId = groupId,
                Topics = partitions is null
                    ? null
                    :
                    [
                        .. ByTopic(partitions).Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopics
                        {
                            Name = topic.Key,
                            PartitionIndexes = [.. topic.Select(partition => partition.Partition)],
                        }),
                    ],
            },
        ],
    };

    private static OffsetFetchRequest Single(string groupId, IReadOnlyCollection<TopicPartition>? partitions) => new()
    {
        GroupId = groupId,
        Topics = partitions is null
            ? null
            :
            [
                .. ByTopic(partitions).Select(topic => new OffsetFetchRequest.OffsetFetchRequestTopic
                {
                    Name = topic.Key,
                    PartitionIndexes = [.. topic.Select(partition => partition.Partition)],
                }),
            ],
    };

    private static Dictionary<TopicPartition, OffsetAndMetadata> Read(
        string groupId, OffsetFetchResponse.OffsetFetchResponseGroup group)
    {
        if (group.ErrorCode != ErrorCode.None) throw group.ErrorCode.ToException(Whole(groupId));
        return Collect(groupId, group.Topics.SelectMany(topic => topic.Partitions.Select(partition => (
            new TopicPartition(topic.Name, partition.PartitionIndex),
            partition.ErrorCode,
            partition.CommittedOffset,
            partition.CommittedLeaderEpoch,
            partition.Metadata))));
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> Read(string groupId, OffsetFetchResponse response)
    {
        if (response.ErrorCode != ErrorCode.None) throw response.ErrorCode.ToException(Whole(groupId));
        return Collect(groupId, response.Topics.SelectMany(topic => topic.Partitions.Select(partition => (
            new TopicPartition(topic.Name, partition.PartitionIndex),
            partition.ErrorCode,
            partition.CommittedOffset,
            partition.CommittedLeaderEpoch,
            partition.Metadata))));
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> Collect(
        string groupId, IEnumerable<(TopicPartition Partition, ErrorCode Error, long Offset, int Epoch, string? Metadata)> told)
    {
        var all = told.ToArray();
        Settle(groupId, all.Select(partition => (partition.Partition, partition.Error)));
        return all.Where(partition => partition.Offset >= 0).ToDictionary(
            partition => partition.Partition,
            partition => new OffsetAndMetadata(
                new Offset(partition.Offset),
                partition.Epoch < 0 ? null : new LeaderEpoch(partition.Epoch),
                string.IsNullOrEmpty(partition.Metadata) ? null : partition.Metadata));
    }

    private static void Settle(string groupId, IEnumerable<(TopicPartition Partition, ErrorCode Error)> answers)
    {
        string what = $"The offset of group {groupId} for";
        var results = new AdminResults<TopicPartition, bool>(what);
        foreach (var (partition, error) in answers) results.Add(Answers.Of(partition, error, null, what));
        results.ThrowIfAnyFailed();
    }

    /// <summary>An error that all partitions share is the whole answer's, so that it can be retried.</summary>
    private static ErrorCode Shared(IEnumerable<ErrorCode> errors)
    {
        ErrorCode[] different = [.. errors.Distinct()];
        return different.Length == 1 ? different[0] : ErrorCode.None;
    }

    private static string Whole(string groupId) => $"The request about the offsets of group {groupId}";

    private static IEnumerable<IGrouping<string, TopicPartition>> ByTopic(IEnumerable<TopicPartition> partitions) =>
        partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal);
}
