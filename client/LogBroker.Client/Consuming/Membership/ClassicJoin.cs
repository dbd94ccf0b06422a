using System.Collections.Immutable;
using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Assignors;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Metadata;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Membership;

/// <summary>One round of a classic group: the requests, and the assignment when this member leads.</summary>
/// <remarks>Belongs to the actor.</remarks>
internal sealed class ClassicJoin(ConsumerContext context, Subscription subscription)
{
    /// <summary>The broker answers a JoinGroup when all have joined or the rebalance timeout is over; this much later it is given up.
    /// </summary>
    private static readonly TimeSpan AnswerSlack = TimeSpan.FromSeconds(5);

    private readonly ImmutableArray<IPartitionAssignor> _assignors = AssignorCatalogue.Of(context.Options.Assignors);
    private JoinGroupResponse? _joined;
    private IReadOnlyCollection<TopicPartition> _lastOwned = [];
    private int _lastGeneration = -1;
    private ImmutableArray<string> _topics = [];
    private ImmutableArray<string> _watched = [];
    private Dictionary<string, int>? _counts;
    private IDisposable? _interest;

    public Subscription Subscription { get; set; } = subscription;

    public string MemberId { get; private set; } = "";

    public GroupIdentity? Identity { get; private set; }

    /// <summary>Whether members keep what they have while they join: when all assignors offered are so.</summary>
    public bool IsCooperative => _assignors.All(assignor => assignor.IsCooperative);

    /// <summary>Whether the group has to hand out partitions anew: topics of a pattern have come or gone, or the partitions this member
    /// handed out as the leader are not all.</summary>
    public bool IsOutdated(ClusterSnapshot snapshot)
    {
        if (Identity is null) return false;
        if (Subscription.Pattern is not null && !Subscription.TopicsIn(snapshot).SequenceEqual(_topics)) return true;
        return _counts is { } counts && !CountsOf(_watched, snapshot).OrderBy(topic => topic.Key, StringComparer.Ordinal)
            .SequenceEqual(counts.OrderBy(topic => topic.Key, StringComparer.Ordinal));
    }

    /// <exception cref="KafkaException">It was refused.</exception>
    public async Task JoinAsync(IReadOnlyCollection<TopicPartition> owned, string reason, CancellationToken cancellationToken)
    {
        var snapshot = Subscription.Pattern is null || context.Cluster.Metadata.Current.Version > 0
            ? context.Cluster.Metadata.Current
            : await context.Cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(true);
        _topics = Subscription.TopicsIn(snapshot);
        while (true)
        {
            var response = await CoordinatorCall.SendAsync(
                context,
                ConnectionLane.Group,
                Request(owned, reason),
                short.MaxValue,
                cancellationToken,
                context.Options.MaxPollInterval + AnswerSlack).ConfigureAwait(true);
            if (response.ErrorCode == ErrorCode.MemberIdRequired)
            {
                MemberId = response.MemberId;
                continue;
            }
            CoordinatorCall.ThrowIfFailed(context, response.ErrorCode, "Joining");
            _joined = response;
            MemberId = response.MemberId;
            Identity = new GroupIdentity(
                context.RequireGroup(), MemberId, response.GenerationId, context.Options.GroupInstanceId);
            return;
        }
    }

    /// <summary>Hands out the partitions when this member leads, and gets its own.</summary>
    /// <exception cref="KafkaException">It was refused.</exception>
    public async Task<ImmutableArray<TopicPartition>> SyncAsync(CancellationToken cancellationToken)
    {
        var joined = _joined!;
        _counts = null;
        var assignments = joined.Leader == joined.MemberId
            ? await LeadAsync(joined, cancellationToken).ConfigureAwait(true)
            : [];
        var request = new SyncGroupRequest
        {
            GroupId = context.RequireGroup(),
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            GroupInstanceId = context.Options.GroupInstanceId,
            ProtocolType = ConsumerProtocolWire.ProtocolType,
            ProtocolName = joined.ProtocolName,
            Assignments = assignments,
        };
        var response = await CoordinatorCall.SendAsync(
            context,
            ConnectionLane.Group,
            request,
            short.MaxValue,
            cancellationToken,
            context.Options.MaxPollInterval + AnswerSlack).ConfigureAwait(true);
        CoordinatorCall.ThrowIfFailed(context, response.ErrorCode, "Getting partitions");
        return ConsumerProtocolWire.ReadAssignment(response.Assignment);
    }

    /// <summary>Keeps in mind what the member has now, for the next round.</summary>
    public void Remember(IReadOnlyCollection<TopicPartition> owned)
    {
        _lastOwned = owned;
        _lastGeneration = Identity?.Generation ?? -1;
    }

    /// <summary>The member has no part in the present generation.</summary>
    public void Forget()
    {
        Identity = null;
        _interest?.Dispose();
        _interest = null;
    }

    /// <summary>The group does not know the member: it joins as a new one.</summary>
    public void StartOver()
    {
        Forget();
        MemberId = "";
    }

    private JoinGroupRequest Request(IReadOnlyCollection<TopicPartition> owned, string reason) => new()
    {
        GroupId = context.RequireGroup(),
        SessionTimeoutMs = (int)context.Options.SessionTimeout.TotalMilliseconds,
        RebalanceTimeoutMs = (int)context.Options.MaxPollInterval.TotalMilliseconds,
        MemberId = MemberId,
        GroupInstanceId = context.Options.GroupInstanceId,
        ProtocolType = ConsumerProtocolWire.ProtocolType,
        Reason = reason,
        Protocols =
        [
            .. _assignors.Select(assignor => new JoinGroupRequest.JoinGroupRequestProtocol
            {
                Name = assignor.Name,
                Metadata = ConsumerProtocolWire.Write(new ConsumerProtocolSubscription
                {
                    Topics = _topics,
                    UserData = assignor.UserData(_lastOwned, _lastGeneration) is { } data ? (ReadOnlyMemory<byte>?)data : null,
                    OwnedPartitions = ConsumerProtocolWire.Group(owned),
                    GenerationId = _lastGeneration,
                    RackId = context.Options.ClientRack,
                }),
            }),
        ],
    };

    /// <summary>A leader watches the topics of all members and hands out their partitions; a static one that only comes back has to watch them
    /// all the same (KIP-814).</summary>
    private async Task<ImmutableArray<SyncGroupRequest.SyncGroupRequestAssignment>> LeadAsync(
        JoinGroupResponse joined, CancellationToken cancellationToken)
    {
        var assignor = _assignors.FirstOrDefault(assignor => assignor.Name == joined.ProtocolName) ?? throw new KafkaException(
            ErrorCode.InconsistentGroupProtocol, $"The group chose the assignor {joined.ProtocolName}, which this member did not offer.");
        GroupMember[] members = [.. joined.Members.Select(member => ReadMember(assignor, member))];
        _watched = [.. members.SelectMany(member => member.Topics).Distinct(StringComparer.Ordinal)];
        _interest?.Dispose();
        _interest = context.Cluster.Metadata.Interests.Watch(_watched);
        var snapshot = context.Cluster.Metadata.Current;
        if (_watched.Any(topic => snapshot.FindTopic(topic) is null))
            snapshot = await context.Cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(true);
        _counts = CountsOf(_watched, snapshot);
        if (joined.SkipAssignment) return [];
        var assigned = assignor.Assign(members, _counts);
        return
        [
            .. assigned.Select(member => new SyncGroupRequest.SyncGroupRequestAssignment
            {
                MemberId = member.Key,
                Assignment = ConsumerProtocolWire.WriteAssignment(member.Value),
            }),
        ];
    }

    private static GroupMember ReadMember(IPartitionAssignor assignor, JoinGroupResponse.JoinGroupResponseMember member)
    {
        var subscription = ConsumerProtocolWire.ReadSubscription(member.Metadata);
        var (owned, generation) = assignor.ReadOwned(subscription);
        return new GroupMember
        {
            MemberId = member.MemberId,
            InstanceId = member.GroupInstanceId,
            Topics = subscription.Topics,
            Owned = owned,
            Generation = generation,
        };
    }

    private static Dictionary<string, int> CountsOf(ImmutableArray<string> topics, ClusterSnapshot snapshot) =>
        topics.Select(snapshot.FindTopic).OfType<TopicSnapshot>().ToDictionary(topic => topic.Name, topic => topic.Partitions.Length);
}
