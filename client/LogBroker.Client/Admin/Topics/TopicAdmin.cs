using System.Collections.Immutable;
using LogBroker.Client.Admin.Calls;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Topics: create, delete, list, describe, add partitions.</summary>
public sealed class TopicAdmin
{
    private readonly AdminCalls _calls;
    private readonly ItemCalls _items;

    internal TopicAdmin(AdminCalls calls, ItemCalls items)
    {
        _calls = calls;
        _items = items;
    }

    /// <summary>Creates a topic.</summary>
    /// <exception cref="KafkaException">It exists (<see cref="ErrorCode.TopicAlreadyExists"/>), or the broker refuses it.</exception>
    public Task<CreatedTopic> CreateAsync(NewTopic topic, CancellationToken cancellationToken = default) =>
        CreateAsync([topic], validateOnly: false, cancellationToken).OnlyAsync();

    /// <summary>Creates a topic with the broker's replication factor.</summary>
    /// <inheritdoc cref="CreateAsync(NewTopic, CancellationToken)"/>
    public Task<CreatedTopic> CreateAsync(string name, int partitionCount, CancellationToken cancellationToken = default) =>
        CreateAsync(new NewTopic(name, partitionCount), cancellationToken);

    /// <summary>Creates topics.</summary>
    /// <param name="topics">The topics, each name once.</param>
    /// <param name="validateOnly">Only tells whether they could be created.</param>
    /// <param name="cancellationToken">Gives up the wait; what was sent may be done all the same.</param>
    public Task<AdminResults<string, CreatedTopic>> CreateAsync(
        IReadOnlyCollection<NewTopic> topics, bool validateOnly = false, CancellationToken cancellationToken = default)
    {
        const string What = "Creating topic";
        var byName = topics.ToDictionary(topic => topic.Name);
        return _items.EachAsync<string, CreatedTopic>(
            What,
            byName.Keys,
            async (names, token) =>
            {
                var request = new CreateTopicsRequest
                {
                    Topics = [.. names.Select(name => ToCreatable(byName[name]))],
                    TimeoutMs = _calls.TimeoutMs,
                    ValidateOnly = validateOnly,
                };
                var response = await _calls.SendToAnyAsync(request, token).ConfigureAwait(false);
                return response.Topics.Select(topic => Answers.Of(
                    topic.Name,
                    topic.ErrorCode,
                    topic.ErrorMessage,
                    What,
                    () => new CreatedTopic(topic.Name, topic.TopicId, topic.NumPartitions, topic.ReplicationFactor)));
            },
            cancellationToken);
    }

    /// <summary>Deletes topics and all their records.</summary>
    /// <exception cref="KafkaException">One does not exist, or the broker refuses; see
    /// <see cref="PartialFailureException"/>.</exception>
    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        const string What = "Deleting topic";
        return _items.EachAsync<string, bool>(
            What,
            names,
            async (left, token) =>
            {
                var request = new DeleteTopicsRequest
                {
                    Topics = [.. left.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })],
                    TopicNames = [.. left],
                    TimeoutMs = _calls.TimeoutMs,
                };
                var response = await _calls.SendToAnyAsync(request, token).ConfigureAwait(false);
                return response.Responses.Select(topic => Answers.Of(topic.Name ?? "", topic.ErrorCode, topic.ErrorMessage, What));
            },
            cancellationToken).AllAsync();
    }

    /// <summary>Deletes a topic and all its records.</summary>
    /// <exception cref="KafkaException">It does not exist, or the broker refuses.</exception>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) => DeleteAsync([name], cancellationToken);

    /// <summary>All topics the client's principal may see, by name.</summary>
    /// <param name="includeInternal">Also those the cluster keeps for itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<TopicListing>> ListAsync(
        bool includeInternal = false, CancellationToken cancellationToken = default)
    {
        var response = await _calls.AnyAsync(
            "Listing topics", new MetadataRequest { Topics = null }, answer => (answer.ErrorCode, null), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. response.Topics
                .Where(topic => topic.Name is not null && (includeInternal || !topic.IsInternal))
                .OrderBy(topic => topic.Name, StringComparer.Ordinal)
                .Select(topic => new TopicListing(topic.Name!, topic.TopicId, topic.Partitions.Length, topic.IsInternal)),
        ];
    }

    /// <summary>Describes a topic.</summary>
    /// <exception cref="KafkaException">It does not exist (<see cref="ErrorCode.UnknownTopicOrPartition"/>).</exception>
    public Task<TopicDescription> DescribeAsync(string name, CancellationToken cancellationToken = default) =>
        DescribeAsync([name], cancellationToken: cancellationToken).OnlyAsync();

    /// <summary>Describes topics.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="includeAllowedOperations">Also what the client's principal may do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<string, TopicDescription>> DescribeAsync(
        IReadOnlyCollection<string> names, bool includeAllowedOperations = false, CancellationToken cancellationToken = default)
    {
        const string What = "Describing topic";
        return _items.EachAsync<string, TopicDescription>(
            What,
            names,
            async (left, token) =>
            {
                var request = new MetadataRequest
                {
                    Topics = [.. left.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name })],
                    AllowAutoTopicCreation = false,
                    IncludeTopicAuthorizedOperations = includeAllowedOperations,
                };
                var response = await _calls.SendToAnyAsync(request, token).ConfigureAwait(false);
                return response.Topics.Select(
                    topic => Answers.Of(topic.Name ?? "", topic.ErrorCode, null, What, () => ToDescription(topic)));
            },
            cancellationToken);
    }

    /// <summary>Gives a topic more partitions. Records with keys then go to other partitions than before.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="totalCount">How many it is to have in all.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">It does not exist, or has as many already (<see cref="ErrorCode.InvalidPartitions"/>).</exception>
    public Task AddPartitionsAsync(string name, int totalCount, CancellationToken cancellationToken = default) =>
        AddPartitionsAsync(new Dictionary<string, int> { [name] = totalCount }, cancellationToken: cancellationToken);

    /// <summary>Gives topics more partitions.</summary>
    /// <param name="totalCounts">How many each is to have in all.</param>
    /// <param name="validateOnly">Only tells whether they could be made.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public Task AddPartitionsAsync(
        IReadOnlyDictionary<string, int> totalCounts, bool validateOnly = false, CancellationToken cancellationToken = default)
    {
        const string What = "Adding partitions to topic";
        return _items.EachAsync<string, bool>(
            What,
            totalCounts.Keys,
            async (names, token) =>
            {
                var request = new CreatePartitionsRequest
                {
                    Topics =
                    [
                        .. names.Select(name => new CreatePartitionsRequest.CreatePartitionsTopic
                        {
                            Name = name,
                            Count = totalCounts[name],
                            Assignments = null,
                        }),
                    ],
                    TimeoutMs = _calls.TimeoutMs,
                    ValidateOnly = validateOnly,
                };
                var response = await _calls.SendToAnyAsync(request, token).ConfigureAwait(false);
                return response.Results.Select(topic => Answers.Of(topic.Name, topic.ErrorCode, topic.ErrorMessage, What));
            },
            cancellationToken).AllAsync();
    }

    private static CreateTopicsRequest.CreatableTopic ToCreatable(NewTopic topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.ReplicaAssignments is null ? topic.PartitionCount ?? -1 : -1,
        ReplicationFactor = topic.ReplicaAssignments is null ? topic.ReplicationFactor ?? -1 : (short)-1,
        Assignments =
        [
            .. (topic.ReplicaAssignments ?? []).Select((brokers, index) => new CreateTopicsRequest.CreatableReplicaAssignment
            {
                PartitionIndex = index,
                BrokerIds = [.. brokers],
            }),
        ],
        Configs =
        [
            .. topic.Configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value }),
        ],
    };

    private static TopicDescription ToDescription(MetadataResponse.MetadataResponseTopic topic)
    {
        ImmutableArray<PartitionDescription> partitions =
        [
            .. topic.Partitions.OrderBy(partition => partition.PartitionIndex).Select(partition => new PartitionDescription(
                partition.PartitionIndex,
                partition.LeaderId < 0 ? null : partition.LeaderId,
                new LeaderEpoch(partition.LeaderEpoch),
                partition.ReplicaNodes,
                partition.IsrNodes,
                partition.OfflineReplicas)),
        ];
        return new TopicDescription(topic.Name ?? "", topic.TopicId, topic.IsInternal, partitions)
        {
            AllowedOperations = AclOperations.FromBits(topic.TopicAuthorizedOperations),
        };
    }
}
