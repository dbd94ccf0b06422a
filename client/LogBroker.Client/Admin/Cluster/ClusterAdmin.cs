using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>The cluster: brokers, features, quorum.</summary>
public sealed class ClusterAdmin
{
    private const string MetadataTopic = "__cluster_metadata";

    private readonly AdminCalls _calls;

    internal ClusterAdmin(AdminCalls calls) => _calls = calls;

    /// <summary>The cluster's id and brokers.</summary>
    /// <param name="includeAllowedOperations">Also what the client's principal may do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterDescription> DescribeAsync(
        bool includeAllowedOperations = false, CancellationToken cancellationToken = default)
    {
        var response = await _calls.AnyAsync(
            "Describing the cluster",
            new DescribeClusterRequest { IncludeClusterAuthorizedOperations = includeAllowedOperations },
            answer => (answer.ErrorCode, answer.ErrorMessage),
            cancellationToken).ConfigureAwait(false);
        var brokers = response.Brokers
            .OrderBy(broker => broker.BrokerId)
            .Select(broker => new BrokerNode(broker.BrokerId, broker.Host, broker.Port, broker.Rack));
        return new ClusterDescription(response.ClusterId, response.ControllerId < 0 ? null : response.ControllerId, [.. brokers])
        {
            AllowedOperations = AclOperations.FromBits(response.ClusterAuthorizedOperations),
        };
    }

    /// <summary>The features a broker can do and the cluster has agreed on, by name.</summary>
    public async Task<IReadOnlyDictionary<string, FeatureDescription>> DescribeFeaturesAsync(
        CancellationToken cancellationToken = default)
    {
        var response = await _calls.AnyAsync("Describing features", NewVersionsRequest(), answer => (answer.ErrorCode, null), cancellationToken)
            .ConfigureAwait(false);
        return FeaturesOf(response);
    }

    /// <summary>What brokers offer, each by itself: while a cluster is upgraded they differ.</summary>
    /// <param name="brokerIds">Which brokers; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<int, BrokerVersions>> DescribeVersionsAsync(
        IReadOnlyCollection<int>? brokerIds = null, CancellationToken cancellationToken = default) => _calls.EachBrokerAsync(
            "Asking for the versions of broker",
            brokerIds,
            NewVersionsRequest(),
            answer => answer.ErrorCode,
            answer => new BrokerVersions(
                answer.ApiKeys.ToDictionary(api => (ApiKey)api.ApiKey, api => new VersionRange(api.MinVersion, api.MaxVersion)), FeaturesOf(answer)),
            cancellationToken);

    /// <summary>Changes what the cluster has agreed on.</summary>
    /// <param name="updates">The features and their new levels.</param>
    /// <param name="validateOnly">Only tells whether it could be changed so.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public async Task UpdateFeaturesAsync(
        IReadOnlyCollection<FeatureUpdate> updates, bool validateOnly = false, CancellationToken cancellationToken = default)
    {
        const string What = "Updating feature";
        var request = new UpdateFeaturesRequest
        {
            TimeoutMs = _calls.TimeoutMs,
            FeatureUpdates =
            [
                .. updates.Select(update => new UpdateFeaturesRequest.FeatureUpdateKey
                {
                    Feature = update.Feature,
                    MaxVersionLevel = update.Level,
                    UpgradeType = (sbyte)update.Type,
                }),
            ],
            ValidateOnly = validateOnly,
        };
        var response = await _calls.AnyAsync(
            "Updating features", request, answer => (answer.ErrorCode, answer.ErrorMessage), cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<string, bool>(What);
        foreach (var result in response.Results) results.Add(Answers.Of(result.Feature, result.ErrorCode, result.ErrorMessage, What));
        results.ThrowIfAnyFailed();
    }

    /// <summary>The controllers and how far each has followed.</summary>
    /// <exception cref="KafkaException">The cluster has no such quorum.</exception>
    public async Task<QuorumDescription> DescribeQuorumAsync(CancellationToken cancellationToken = default)
    {
        const string What = "Describing the quorum";
        var request = new DescribeQuorumRequest
        {
            Topics = [new() { TopicName = MetadataTopic, Partitions = [new() { PartitionIndex = 0 }] }],
        };
        var response = await _calls.AnyAsync(What, request, answer => (answer.ErrorCode, answer.ErrorMessage), cancellationToken)
            .ConfigureAwait(false);
        var quorum = response.Topics[0].Partitions[0];
        if (quorum.ErrorCode != ErrorCode.None) throw quorum.ErrorCode.ToException(What, quorum.ErrorMessage);
        return new QuorumDescription(
            quorum.LeaderId,
            new LeaderEpoch(quorum.LeaderEpoch),
            new Offset(quorum.HighWatermark),
            [.. quorum.CurrentVoters.Select(ToReplica)],
            [.. quorum.Observers.Select(ToReplica)])
        {
            Nodes = response.Nodes.ToDictionary(
                node => node.NodeId,
                node => (IReadOnlyList<RaftListener>)
                    [.. node.Listeners.Select(listener => new RaftListener(listener.Name, listener.Host, listener.Port))]),
        };
    }

    /// <summary>Makes a controller that follows one of those that vote (KIP-853).</summary>
    /// <param name="voterId">The controller's id.</param>
    /// <param name="directoryId">The id of its metadata log's directory.</param>
    /// <param name="listeners">Where the other controllers reach it.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">It votes already (<see cref="ErrorCode.DuplicateVoter"/>), does not follow closely enough, or
    /// the cluster's voters cannot change.</exception>
    public Task AddVoterAsync(
        int voterId, Guid directoryId, IReadOnlyCollection<RaftListener> listeners, CancellationToken cancellationToken = default) =>
        _calls.AnyAsync(
            $"Adding voter {voterId}",
            new AddRaftVoterRequest
            {
                ClusterId = null,
                TimeoutMs = _calls.TimeoutMs,
                VoterId = voterId,
                VoterDirectoryId = directoryId,
                Listeners =
                [
                    .. listeners.Select(listener => new AddRaftVoterRequest.Listener
                    {
                        Name = listener.Name,
                        Host = listener.Host,
                        Port = (ushort)listener.Port,
                    }),
                ],
            },
            answer => (answer.ErrorCode, answer.ErrorMessage),
            cancellationToken);

    /// <summary>Takes the vote from a controller (KIP-853); it goes on following.</summary>
    /// <param name="voterId">The controller's id.</param>
    /// <param name="directoryId">The id of its metadata log's directory.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">It has none (<see cref="ErrorCode.VoterNotFound"/>), or the cluster's voters cannot change.
    /// </exception>
    public Task RemoveVoterAsync(int voterId, Guid directoryId, CancellationToken cancellationToken = default) => _calls.AnyAsync(
        $"Removing voter {voterId}",
        new RemoveRaftVoterRequest { ClusterId = null, VoterId = voterId, VoterDirectoryId = directoryId },
        answer => (answer.ErrorCode, answer.ErrorMessage),
        cancellationToken);

    /// <summary>Takes a broker that is gone for good out of the cluster.</summary>
    /// <exception cref="KafkaException">The cluster does not have it, or it still lives.</exception>
    public Task UnregisterBrokerAsync(int brokerId, CancellationToken cancellationToken = default) => _calls.AnyAsync(
        $"Unregistering broker {brokerId}",
        new UnregisterBrokerRequest { BrokerId = brokerId },
        answer => (answer.ErrorCode, answer.ErrorMessage),
        cancellationToken);

    private static ApiVersionsRequest NewVersionsRequest() => new() { ClientSoftwareName = "logbroker-dotnet", ClientSoftwareVersion = "admin" };

    private static Dictionary<string, FeatureDescription> FeaturesOf(ApiVersionsResponse response)
    {
        var finalized = response.FinalizedFeatures.ToDictionary(feature => feature.Name, feature => feature.MaxVersionLevel);
        return response.SupportedFeatures.ToDictionary(
            feature => feature.Name,
            feature => new FeatureDescription(
                feature.Name,
                feature.MinVersion,
                feature.MaxVersion,
                finalized.TryGetValue(feature.Name, out short level) ? level : null));
    }

    private static QuorumReplica ToReplica(DescribeQuorumResponse.ReplicaState replica) => new(
        replica.ReplicaId,
        new Offset(replica.LogEndOffset),
        Answers.ToTime(replica.LastFetchTimestamp),
        Answers.ToTime(replica.LastCaughtUpTimestamp))
    {
        DirectoryId = replica.ReplicaDirectoryId,
    };
}
