using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Partitions: offsets, records, leaders, replicas, producers.</summary>
public sealed class PartitionAdmin
{
    private readonly AdminCalls _calls;
    private readonly ItemCalls _items;

    internal PartitionAdmin(AdminCalls calls, ItemCalls items)
    {
        _calls = calls;
        _items = items;
    }

    /// <summary>Finds offsets: the first, the next to be written, or those at a time.</summary>
    /// <param name="wanted">Which offset of which partition.</param>
    /// <param name="isolation">Whether open transactions bound <see cref="OffsetSpec.Latest"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<TopicPartition, ListedOffset>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetSpec> wanted,
        IsolationLevel isolation = IsolationLevel.ReadUncommitted,
        CancellationToken cancellationToken = default)
    {
        const string What = "Listing the offset of";
        return _items.EachLeaderAsync<ListedOffset>(
            What,
            wanted.Keys,
            async (leader, partitions, token) =>
            {
                var request = new ListOffsetsRequest
                {
                    ReplicaId = -1,
                    IsolationLevel = (sbyte)isolation,
                    Topics =
                    [
                        .. ByTopic(partitions).Select(topic => new ListOffsetsRequest.ListOffsetsTopic
                        {
                            Name = topic.Key,
                            Partitions =
                            [
                                .. topic.Select(partition => new ListOffsetsRequest.ListOffsetsPartition
                                {
                                    PartitionIndex = partition.Partition,
                                    Timestamp = wanted[partition].Timestamp,
                                }),
                            ],
                        }),
                    ],
                    TimeoutMs = _calls.TimeoutMs,
                };
                var connection = await _calls.Cluster.ConnectAsync(leader, ConnectionLane.Control, token).ConfigureAwait(false);
                short versionMin = partitions.Max(partition => wanted[partition].VersionMin);
                if (versionMin > 0 && !connection.Supports(ApiKey.ListOffsets, versionMin))
                    throw ErrorCode.UnsupportedVersion.ToException("Listing offsets of this kind", $"the {connection.Broker} does not know it");
                var response = await connection.SendAsync(request, _calls.Cluster.Options.RequestTimeout, token).ConfigureAwait(false);
                return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => Answers.Of(
                    new TopicPartition(topic.Name, partition.PartitionIndex),
                    partition.ErrorCode,
                    null,
                    What,
                    () => new ListedOffset(
                        new Offset(partition.Offset), Answers.ToTime(partition.Timestamp), new LeaderEpoch(partition.LeaderEpoch)))));
            },
            cancellationToken);
    }

    /// <summary>Finds one offset of each partition of a topic, by partition number.</summary>
    /// <exception cref="TopicNotFoundException">There is no such topic.</exception>
    public async Task<IReadOnlyList<ListedOffset>> ListOffsetsAsync(
        string topic, OffsetSpec wanted, CancellationToken cancellationToken = default)
    {
        var known = await _calls.Cluster.Metadata.TopicAsync(topic, mayCreate: false, cancellationToken).ConfigureAwait(false);
        // Partitions may have been added since it became known.
        var snapshot = await _calls.Cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(false);
        known = snapshot.FindTopic(topic) ?? known;
        var partitions = known.Partitions.Select(partition => new TopicPartition(topic, partition.Index)).ToArray();
        var offsets = await ListOffsetsAsync(
            partitions.ToDictionary(partition => partition, _ => wanted), cancellationToken: cancellationToken).ConfigureAwait(false);
        offsets.ThrowIfAnyFailed();
        return [.. partitions.Select(partition => offsets[partition])];
    }

    /// <summary>Deletes all records before an offset.</summary>
    /// <param name="before">The first offset that stays, of each partition; <see cref="Offset.None"/> deletes all there are.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>Where each partition starts now.</returns>
    public Task<AdminResults<TopicPartition, Offset>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, Offset> before, CancellationToken cancellationToken = default)
    {
        const string What = "Deleting records of";
        return _items.EachLeaderAsync<Offset>(
            What,
            before.Keys,
            async (leader, partitions, token) =>
            {
                var request = new DeleteRecordsRequest
                {
                    Topics =
                    [
                        .. ByTopic(partitions).Select(topic => new DeleteRecordsRequest.DeleteRecordsTopic
                        {
                            Name = topic.Key,
                            Partitions =
                            [
                                .. topic.Select(partition => new DeleteRecordsRequest.DeleteRecordsPartition
                                {
                                    PartitionIndex = partition.Partition,
                                    Offset = before[partition].Value,
                                }),
                            ],
                        }),
                    ],
                    TimeoutMs = _calls.TimeoutMs,
                };
                var response = await _calls.SendToAsync(leader, request, token).ConfigureAwait(false);
                return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => Answers.Of(
                    new TopicPartition(topic.Name, partition.PartitionIndex),
                    partition.ErrorCode,
                    null,
                    What,
                    () => new Offset(partition.LowWatermark))));
            },
            cancellationToken);
    }

    /// <summary>The producers that wrote to partitions lately.</summary>
    public Task<AdminResults<TopicPartition, IReadOnlyList<ActiveProducer>>> DescribeProducersAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken = default)
    {
        const string What = "Describing producers";
        return _items.EachLeaderAsync<IReadOnlyList<ActiveProducer>>(
            What,
            partitions,
            async (leader, left, token) =>
            {
                var request = new DescribeProducersRequest
                {
                    Topics =
                    [
                        .. ByTopic(left).Select(topic => new DescribeProducersRequest.TopicRequest
                        {
                            Name = topic.Key,
                            PartitionIndexes = [.. topic.Select(partition => partition.Partition)],
                        }),
                    ],
                };
                var response = await _calls.SendToAsync(leader, request, token).ConfigureAwait(false);
                return response.Topics.SelectMany(topic => topic.Partitions.Select(
                    partition => Answers.Of<TopicPartition, IReadOnlyList<ActiveProducer>>(
                        new TopicPartition(topic.Name, partition.PartitionIndex),
                        partition.ErrorCode,
                        partition.ErrorMessage,
                        What,
                        () => [.. partition.ActiveProducers.Select(ToProducer)])));
            },
            cancellationToken);
    }

    /// <summary>Elects leaders.</summary>
    /// <param name="type">Which replicas may lead.</param>
    /// <param name="partitions">Of which partitions; null for all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>Those that were elected; one whose leader is the wanted one already has failed with
    /// <see cref="ErrorCode.ElectionNotNeeded"/>.</returns>
    public async Task<AdminResults<TopicPartition, bool>> ElectLeadersAsync(
        ElectionType type, IReadOnlyCollection<TopicPartition>? partitions = null, CancellationToken cancellationToken = default)
    {
        const string What = "Electing the leader of";
        var request = new ElectLeadersRequest
        {
            ElectionType = (sbyte)type,
            TopicPartitions = partitions is null
                ? null
                :
                [
                    .. ByTopic(partitions).Select(topic => new ElectLeadersRequest.TopicPartitionsData
                    {
                        Topic = topic.Key,
                        Partitions = [.. topic.Select(partition => partition.Partition)],
                    }),
                ],
            TimeoutMs = _calls.TimeoutMs,
        };
        var response = await _calls.AnyAsync("Electing leaders", request, answer => (answer.ErrorCode, null), cancellationToken)
            .ConfigureAwait(false);
        var results = new AdminResults<TopicPartition, bool>(What);
        foreach (var topic in response.ReplicaElectionResults)
        {
            foreach (var partition in topic.PartitionResult)
            {
                var key = new TopicPartition(topic.Topic, partition.PartitionId);
                results.Add(Answers.Of(key, partition.ErrorCode, partition.ErrorMessage, What));
            }
        }
        return results;
    }

    /// <summary>Moves partitions to other brokers.</summary>
    /// <param name="replicas">The brokers that are to keep each, the preferred leader first; null cancels a move under way.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public async Task ReassignAsync(
        IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>?> replicas, CancellationToken cancellationToken = default)
    {
        const string What = "Moving";
        var request = new AlterPartitionReassignmentsRequest
        {
            TimeoutMs = _calls.TimeoutMs,
            Topics =
            [
                .. ByTopic(replicas.Keys).Select(topic => new AlterPartitionReassignmentsRequest.ReassignableTopic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.Select(partition => new AlterPartitionReassignmentsRequest.ReassignablePartition
                        {
                            PartitionIndex = partition.Partition,
                            Replicas = replicas[partition] is { } brokers ? [.. brokers] : null,
                        }),
                    ],
                }),
            ],
        };
        var response = await _calls.AnyAsync(
            "Moving partitions", request, answer => (answer.ErrorCode, answer.ErrorMessage), cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<TopicPartition, bool>(What);
        foreach (var topic in response.Responses)
        {
            foreach (var partition in topic.Partitions)
            {
                var key = new TopicPartition(topic.Name, partition.PartitionIndex);
                results.Add(Answers.Of(key, partition.ErrorCode, partition.ErrorMessage, What));
            }
        }
        results.ThrowIfAnyFailed();
    }

    /// <summary>The partitions that are on the move.</summary>
    /// <param name="partitions">Among which; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<TopicPartition, PartitionReassignment>> ListReassignmentsAsync(
        IReadOnlyCollection<TopicPartition>? partitions = null, CancellationToken cancellationToken = default)
    {
        var request = new ListPartitionReassignmentsRequest
        {
            TimeoutMs = _calls.TimeoutMs,
            Topics = partitions is null
                ? null
                :
                [
                    .. ByTopic(partitions).Select(topic => new ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics
                    {
                        Name = topic.Key,
                        PartitionIndexes = [.. topic.Select(partition => partition.Partition)],
                    }),
                ],
        };
        var response = await _calls.AnyAsync(
            "Listing partitions on the move", request, answer => (answer.ErrorCode, answer.ErrorMessage), cancellationToken)
            .ConfigureAwait(false);
        return response.Topics
            .SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, Partition: partition)))
            .ToDictionary(
                moving => new TopicPartition(moving.Name, moving.Partition.PartitionIndex),
                moving => new PartitionReassignment(
                    moving.Partition.Replicas, moving.Partition.AddingReplicas, moving.Partition.RemovingReplicas));
    }

    private static IEnumerable<IGrouping<string, TopicPartition>> ByTopic(IEnumerable<TopicPartition> partitions) =>
        partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal);

    private static ActiveProducer ToProducer(DescribeProducersResponse.ProducerState producer) => new(
        producer.ProducerId,
        producer.ProducerEpoch,
        producer.LastSequence,
        Answers.ToTime(producer.LastTimestamp),
        producer.CoordinatorEpoch < 0 ? null : producer.CoordinatorEpoch,
        producer.CurrentTxnStartOffset < 0 ? null : new Offset(producer.CurrentTxnStartOffset));
}
