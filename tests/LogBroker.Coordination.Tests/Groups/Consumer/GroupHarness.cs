using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

/// <summary>One consumer group with a clock, topics and a log of its own: each decision is replayed at once, as the runtime does
/// it.</summary>
internal sealed class GroupHarness
{
    public const string GroupId = "g";

    private readonly List<CoordinatorRecord> _log = [];
    private Deadlines _deadlines = new();
    private int _memberIds;

    public GroupHarness() => Group = NewGroup();

    public FakeTopics Topics { get; } = new();

    public ConsumerGroupSettings Settings { get; set; } = new() { AssignmentInterval = TimeSpan.Zero };

    public DateTimeOffset Now { get; private set; } = new(2031, 5, 7, 11, 13, 17, TimeSpan.Zero);

    public ConsumerGroup Group { get; private set; }

    public IReadOnlyList<CoordinatorRecord> Log => _log;

    /// <summary>The records of the last command.</summary>
    public IReadOnlyList<CoordinatorRecord> LastRecords { get; private set; } = [];

    public ConsumerGroupHeartbeatResponse Heartbeat(ConsumerGroupHeartbeatRequest request, short version = 1)
    {
        request.GroupId = GroupId;
        if (HeartbeatRules.Check(request, version, Settings.Assignors) is { } error)
            return new ConsumerGroupHeartbeatResponse { ErrorCode = error.Code, ErrorMessage = error.Message };
        return Run(Group.Heartbeat(request, new RequestOrigin("client", "/127.0.0.1", version), Now));
    }

    public TResponse Run<TResponse>(Decision<TResponse> decision)
        where TResponse : class
    {
        LastRecords = decision.Records;
        foreach (var record in decision.Records)
        {
            Group.Replay(record);
            _log.Add(record);
        }

        return decision.Response!;
    }

    public void Advance(TimeSpan by)
    {
        Now += by;
        while (_deadlines.TakeDue(Now) is { } due)
        {
            foreach (var record in due.Decide(Now).Records)
            {
                Group.Replay(record);
                _log.Add(record);
            }
        }
    }

    /// <summary>Ends the coordinator without a word and starts it anew from its log.</summary>
    public void Crash()
    {
        Group = NewGroup();
        foreach (var record in _log) Group.Replay(record);
        Group.OnLoaded(Now);
    }

    /// <summary>The group as a replay of the log tells it, each record through its bytes.</summary>
    public ConsumerGroupState Replayed() =>
        _log.Select(RecordBytes.Through).Aggregate(ConsumerGroupState.Empty, (state, record) => state.Apply(record));

    /// <summary>As <see cref="Replayed"/>, after a compaction that left the last record of each key.</summary>
    public ConsumerGroupState ReplayedCompacted() =>
        _log.GroupBy(RecordBytes.KeyOf).Select(records => records.Last())
            .OrderBy(record => _log.IndexOf(record))
            .Aggregate(ConsumerGroupState.Empty, (state, record) => state.Apply(record));

    public ConsumerGroupHeartbeatResponse Join(string memberId, params string[] topics)
    {
        var response = Heartbeat(Joining(memberId, topics));
        Assert.Equal((ErrorCode.None, null), (response.ErrorCode, response.ErrorMessage));
        return response;
    }

    public static ConsumerGroupHeartbeatRequest Joining(string memberId, params string[] topics) => new()
    {
        MemberId = memberId,
        MemberEpoch = 0,
        RebalanceTimeoutMs = 5000,
        SubscribedTopicNames = [.. topics],
        TopicPartitions = [],
    };

    public ConsumerGroupHeartbeatResponse Beat(string memberId, int epoch, IEnumerable<TopicIdPartition>? owned = null)
    {
        var request = new ConsumerGroupHeartbeatRequest { MemberId = memberId, MemberEpoch = epoch };
        if (owned is not null) request.TopicPartitions = Wire(owned);
        return Heartbeat(request);
    }

    public static List<TopicIdPartition> Assigned(ConsumerGroupHeartbeatResponse response) =>
    [
        .. response.Assignment!.TopicPartitions.SelectMany(
            topic => topic.Partitions.Select(partition => new TopicIdPartition(topic.TopicId, partition))),
    ];

    private static System.Collections.Immutable.ImmutableArray<ConsumerGroupHeartbeatRequest.TopicPartitionsData> Wire(
        IEnumerable<TopicIdPartition> partitions) =>
    [
        .. Assignment.Of(partitions).Topics.Select(topic => new ConsumerGroupHeartbeatRequest.TopicPartitionsData
        {
            TopicId = topic.TopicId,
            Partitions = topic.Partitions,
        }),
    ];

    private ConsumerGroup NewGroup()
    {
        _deadlines = new Deadlines();
        return new ConsumerGroup(GroupId, new ConsumerGroupContext
        {
            Deadlines = _deadlines,
            SettingsOf = _ => Settings,
            Topics = () => Topics.Now,
            BecomeClassic = (_, _, _, _, _) => throw new InvalidOperationException("Nobody here speaks the classic protocol."),
            NewMemberId = () => $"made-{++_memberIds}",
            Timestamp = () => Now.ToUnixTimeMilliseconds(),
        });
    }
}
