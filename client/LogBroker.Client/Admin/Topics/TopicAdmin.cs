using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Admin.Topics;
using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Topics: create, delete, list, describe, add partitions.</summary>
public sealed class TopicAdmin
{
    /// <summary>The first DeleteTopics that takes ids besides names.</summary>
    private const short FirstDeleteById = 6;

    /// <summary>The first Metadata that takes ids besides names.</summary>
    private const short FirstDescribeById = 12;

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
                var response = await _calls.SendToAnyAsync(
                    connection => connection.Supports(ApiKey.DeleteTopics, FirstDeleteById)
                        ? new DeleteTopicsRequest
                        {
                            Topics = [.. left.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })],
                            TimeoutMs = _calls.TimeoutMs,
                        }
                        : new DeleteTopicsRequest { TopicNames = [.. left], TimeoutMs = _calls.TimeoutMs },
                    token).ConfigureAwait(false);
                return response.Responses.Select(topic => Answers.Of(topic.Name ?? "", topic.ErrorCode, topic.ErrorMessage, What));
            },
            cancellationToken).AllAsync();
    }

    /// <summary>Deletes topics by their ids, so that none is meant that was made later under the same name (KIP-516).</summary>
    /// <exception cref="KafkaException">One does not exist (<see cref="ErrorCode.UnknownTopicId"/>), or the broker refuses, or is too
    /// old for ids; see <see cref="PartialFailureException"/>.</exception>
    public Task DeleteAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default)
    {
        const string What = "Deleting topic";
        return _items.EachAsync<Guid, bool>(
            What,
            ids,
            async (left, token) =>
            {
                var response = await _calls.SendToAnyAsync(
                    connection =>
                    {
                        RequireIds(connection, ApiKey.DeleteTopics, FirstDeleteById, What);
                        return new DeleteTopicsRequest
                        {
                            Topics = [.. left.Select(id => new DeleteTopicsRequest.DeleteTopicState { TopicId = id })],
                            TimeoutMs = _calls.TimeoutMs,
                        };
                    },
                    token).ConfigureAwait(false);
                return response.Responses.Select(topic => Answers.Of(topic.TopicId, topic.ErrorCode, topic.ErrorMessage, What));
            },
            cancellationToken).AllAsync();
    }

    /// <summary>Deletes a topic by its id.</summary>
    /// <inheritdoc cref="DeleteAsync(IReadOnlyCollection{Guid}, CancellationToken)"/>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken = default) => DeleteAsync([id], cancellationToken);

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
        var topics = new List<TopicListing>(response.Topics.Length);
        foreach (var topic in response.Topics)
        {
            if (topic.Name is { } name && (includeInternal || !topic.IsInternal))
                topics.Add(new TopicListing(name, topic.TopicId, topic.Partitions.Length, topic.IsInternal));
        }
        topics.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return topics;
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
        IReadOnlyCollection<string> names, bool includeAllowedOperations = false, CancellationToken cancellationToken = default) =>
        _items.EachAsync<string, TopicDescription>(
            TopicAnswers.Describing,
            names,
            async (left, token) =>
            {
                var connection = await _calls.Cluster.ReachAnyAsync(token).ConfigureAwait(false);
                if (connection.Supports(ApiKey.DescribeTopicPartitions))
                    return await TopicPages.ReadAsync(_calls.Cluster, connection, left, includeAllowedOperations, token).ConfigureAwait(false);
                var request = new MetadataRequest
                {
                    Topics = [.. left.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name })],
                    AllowAutoTopicCreation = false,
                    IncludeTopicAuthorizedOperations = includeAllowedOperations,
                };
                var response = await connection.SendAsync(request, _calls.Cluster.Options.RequestTimeout, token).ConfigureAwait(false);
                return response.Topics.Select(topic => Answers.Of(
                    topic.Name ?? "", topic.ErrorCode, null, TopicAnswers.Describing, () => TopicAnswers.ToDescription(topic)));
            },
            cancellationToken);

    /// <summary>Describes a topic by its id.</summary>
    /// <exception cref="KafkaException">It does not exist (<see cref="ErrorCode.UnknownTopicId"/>), or the broker is too old for ids.
    /// </exception>
    public Task<TopicDescription> DescribeAsync(Guid id, CancellationToken cancellationToken = default) =>
        DescribeAsync([id], cancellationToken: cancellationToken).OnlyAsync();

    /// <summary>Describes topics by their ids (KIP-516).</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="includeAllowedOperations">Also what the client's principal may do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<Guid, TopicDescription>> DescribeAsync(
        IReadOnlyCollection<Guid> ids, bool includeAllowedOperations = false, CancellationToken cancellationToken = default) =>
        _items.EachAsync<Guid, TopicDescription>(
            TopicAnswers.Describing,
            ids,
            async (left, token) =>
            {
                var response = await _calls.SendToAnyAsync(
                    connection =>
                    {
                        RequireIds(connection, ApiKey.Metadata, FirstDescribeById, TopicAnswers.Describing);
                        return new MetadataRequest
                        {
                            Topics = [.. left.Select(id => new MetadataRequest.MetadataRequestTopic { TopicId = id, Name = null })],
                            AllowAutoTopicCreation = false,
                            IncludeTopicAuthorizedOperations = includeAllowedOperations,
                        };
                    },
                    token).ConfigureAwait(false);
                return response.Topics.Select(topic => Answers.Of(
                    topic.TopicId, topic.ErrorCode, null, TopicAnswers.Describing, () => TopicAnswers.ToDescription(topic)));
            },
            cancellationToken);

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
        IReadOnlyDictionary<string, int> totalCounts, bool validateOnly = false, CancellationToken cancellationToken = default) =>
        AddPartitionsAsync(
            totalCounts.ToDictionary(topic => topic.Key, topic => new NewPartitions(topic.Value)), validateOnly, cancellationToken);

    /// <summary>Gives topics more partitions, on brokers of the caller's choice.</summary>
    /// <param name="partitions">How many each is to have, and which brokers keep those that are new.</param>
    /// <param name="validateOnly">Only tells whether they could be made.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public Task AddPartitionsAsync(
        IReadOnlyDictionary<string, NewPartitions> partitions, bool validateOnly = false, CancellationToken cancellationToken = default)
    {
        const string What = "Adding partitions to topic";
        return _items.EachAsync<string, bool>(
            What,
            partitions.Keys,
            async (names, token) =>
            {
                var request = new CreatePartitionsRequest
                {
                    Topics =
                    [
                        .. names.Select(name => new CreatePartitionsRequest.CreatePartitionsTopic
                        {
                            Name = name,
                            Count = partitions[name].TotalCount,
                            Assignments = partitions[name].ReplicaAssignments is { } assignments
                                ? [.. assignments.Select(brokers => new CreatePartitionsRequest.CreatePartitionsAssignment { BrokerIds = [.. brokers] })]
                                : null,
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

    private static void RequireIds(BrokerConnection connection, ApiKey api, short version, string what)
    {
        if (!connection.Supports(api, version))
            throw ErrorCode.UnsupportedVersion.ToException($"{what} by id", $"the {connection.Broker} knows topics by name only");
    }
}
