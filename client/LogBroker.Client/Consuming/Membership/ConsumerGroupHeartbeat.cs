using System.Collections.Immutable;
using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>What a member tells the group with a heartbeat: only what is news, unless something went wrong.</summary>
/// <remarks>Belongs to the actor.</remarks>
internal sealed class ConsumerGroupHeartbeat(ConsumerContext context, Subscription subscription)
{
    private readonly Dictionary<string, Guid> _topicIds = [];
    private Subscription _subscription = subscription;
    private IReadOnlyCollection<TopicPartition>? _owned;
    private int _epoch;
    private int _version;
    private bool _tellsAll = true;
    private bool _toldPattern;

    /// <summary>The consumer's own id, for as long as it lives.</summary>
    public string MemberId { get; private set; } = KafkaUuid.ToText(Guid.NewGuid());

    /// <summary>Whether the group may have the member: from when a join was sent, answered or not, until it leaves or is refused.</summary>
    public bool MayBeMember { get; private set; }

    /// <summary>What the consumer has, to be told with the next heartbeat.</summary>
    public IReadOnlyCollection<TopicPartition>? Owned
    {
        set => _owned = value;
    }

    public void Resubscribe(Subscription subscription)
    {
        _subscription = subscription;
        _tellsAll = true;
        _version++;
    }

    /// <summary>Joins again with the next heartbeat.</summary>
    public void StartOver()
    {
        MayBeMember = false;
        _epoch = 0;
        _owned = null;
        _tellsAll = true;
        _version++;
    }

    /// <exception cref="KafkaException">It was refused, or not answered.</exception>
    public async Task<ConsumerGroupHeartbeatResponse> SendAsync(CancellationToken cancellationToken)
    {
        var told = _owned;
        var request = Request(told);
        int version = _version;
        _tellsAll = true; // Until it is answered.
        var response = await AskAsync(request, cancellationToken).ConfigureAwait(true);
        _tellsAll = version != _version;
        if (ReferenceEquals(_owned, told)) _owned = null;
        if (response.MemberId is { Length: > 0 } memberId) MemberId = memberId;
        _epoch = response.MemberEpoch;
        return response;
    }

    /// <param name="epoch">-1, or -2 for a static member that will come back.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">It was refused, or not answered.</exception>
    public async Task LeaveAsync(int epoch, CancellationToken cancellationToken)
    {
        var request = new ConsumerGroupHeartbeatRequest
        {
            GroupId = context.RequireGroup(),
            MemberId = MemberId,
            MemberEpoch = epoch,
            InstanceId = context.Options.GroupInstanceId,
        };
        MayBeMember = false;
        var response = await CoordinatorCall.SendAsync(
            context, ConnectionLane.Control, request, short.MaxValue, cancellationToken).ConfigureAwait(true);
        CoordinatorCall.ThrowIfFailed(context, response.ErrorCode, "Leaving");
    }

    /// <summary>Finds the names of what the broker assigns by ids.</summary>
    /// <returns>Whether all are known.</returns>
    public bool TryName(
        ImmutableArray<ConsumerGroupHeartbeatResponse.TopicPartitions> target,
        ClusterSnapshot snapshot,
        out List<TopicPartition> partitions)
    {
        partitions = [];
        bool isKnown = true;
        foreach (var assigned in target)
        {
            if (snapshot.FindTopic(assigned.TopicId) is not { } topic)
            {
                isKnown = false;
                continue;
            }
            _topicIds[topic.Name] = topic.Id;
            partitions.AddRange(assigned.Partitions.Select(partition => new TopicPartition(topic.Name, partition)));
        }
        return isKnown;
    }

    private async Task<ConsumerGroupHeartbeatResponse> AskAsync(ConsumerGroupHeartbeatRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await CoordinatorCall.SendAsync(
                context, ConnectionLane.Control, request, short.MaxValue, cancellationToken, sending: () => MayBeMember = true).ConfigureAwait(true);
            if (response.ErrorCode == ErrorCode.None) return response;
            if (response.ErrorCode.NeedsCoordinatorLookup())
                context.Cluster.Coordinators.Forget(CoordinatorKind.Group, context.RequireGroup());
            throw response.ErrorCode.ToException($"A heartbeat to group {context.GroupId}", response.ErrorMessage);
        }
        catch (KafkaException refused) when (request.MemberEpoch == 0 && !refused.IsRetriable)
        {
            MayBeMember = false;
            throw;
        }
    }

    private ConsumerGroupHeartbeatRequest Request(IReadOnlyCollection<TopicPartition>? owned)
    {
        var request = new ConsumerGroupHeartbeatRequest
        {
            GroupId = context.RequireGroup(),
            MemberId = MemberId,
            MemberEpoch = _epoch,
            InstanceId = context.Options.GroupInstanceId,
        };
        if (_tellsAll)
        {
            request.RackId = context.Options.ClientRack;
            request.RebalanceTimeoutMs = (int)context.Options.MaxPollInterval.TotalMilliseconds;
            request.SubscribedTopicNames = _subscription.Topics;
            request.SubscribedTopicRegex = _subscription.Pattern ?? (_toldPattern ? "" : null);
            _toldPattern |= _subscription.Pattern is not null;
            request.ServerAssignor = context.Options.ServerAssignor;
            owned ??= _epoch == 0 ? [] : [.. context.Table.Current.Keys];
        }
        if (owned is not null) request.TopicPartitions = Group(_epoch == 0 ? [] : owned);
        return request;
    }

    private ImmutableArray<ConsumerGroupHeartbeatRequest.TopicPartitionsData> Group(IEnumerable<TopicPartition> partitions) =>
    [
        .. partitions.Where(partition => _topicIds.ContainsKey(partition.Topic)).GroupBy(partition => partition.Topic).Select(
            topic => new ConsumerGroupHeartbeatRequest.TopicPartitionsData
            {
                TopicId = _topicIds[topic.Key],
                Partitions = [.. topic.Select(partition => partition.Partition)],
            }),
    ];
}
