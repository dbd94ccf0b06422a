using System.Globalization;
using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Runtime;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Coordination.Tests.Support;

/// <summary>A group coordinator of one shard, on a partition in memory and a clock that stands.</summary>
internal sealed class GroupsFixture : IDisposable
{
    private int _uuids;
    private CoordinatorShard<GroupsState> _shard;

    public GroupsFixture(GroupSettings? settings = null)
    {
        Settings = settings ?? new GroupSettings();
        // Continuations run where they are caused, not on the test framework's own queue.
        SynchronizationContext.SetSynchronizationContext(null);
        _shard = Start();
    }

    public ManualTimeProvider Time { get; } = new();

    public GroupSettings Settings { get; set; }

    public InMemoryPartition Partition { get; private set; } = new();

    public CoordinatorShard<GroupsState> Shard => _shard;

    public short ApiVersion { get; set; } = 9;

    /// <summary>A state machine apart, for looking at what a replay of the partition gives.</summary>
    public GroupsState Replayed()
    {
        GroupsState? replayed = null;
        using var shard = new CoordinatorShard<GroupsState>(
            0, Partition, () => replayed = NewState(), GroupsState.Codec, Environment());
        shard.StartLoading();
        Assert.Equal(ShardStatus.Active, shard.Status);
        return replayed!;
    }

    /// <summary>Ends the process and starts another on what was committed.</summary>
    public void Restart()
    {
        InMemoryPartition before = Partition;
        _shard.Dispose();
        Partition = before.Restarted();
        _shard = Start();
    }

    public void Advance(TimeSpan by) => Time.Advance(by);

    public Task<CommandResult<JoinGroupResponse>> JoinAsync(
        string member = "", string? instance = null, string group = "g", string[]? protocols = null,
        string protocolType = "consumer", TimeSpan? session = null, string client = "client", byte metadata = 0) =>
        _shard.RunAsync((state, now) => state.Classic.Join(
            new JoinGroupRequest
            {
                GroupId = group,
                MemberId = member,
                GroupInstanceId = instance,
                SessionTimeoutMs = (int)(session ?? TimeSpan.FromSeconds(10)).TotalMilliseconds,
                RebalanceTimeoutMs = 60_000,
                ProtocolType = protocolType,
                Protocols =
                [
                    .. (protocols ?? ["range"]).Select(name => new JoinGroupRequest.JoinGroupRequestProtocol
                    {
                        Name = name,
                        Metadata = new byte[] { 0, 0, 0, 0, 0, 1, 0, 1, (byte)'t', metadata, 0, 0, 0, 0 },
                    }),
                ],
            },
            new RequestOrigin(client, "/127.0.0.1", ApiVersion),
            now));

    public Task<CommandResult<SyncGroupResponse>> SyncAsync(
        string member, int generation, string? instance = null, string group = "g", params (string Member, byte[] Assignment)[] assignments) =>
        _shard.RunAsync((state, now) => state.Classic.Sync(
            new SyncGroupRequest
            {
                GroupId = group,
                MemberId = member,
                GenerationId = generation,
                GroupInstanceId = instance,
                Assignments =
                [
                    .. assignments.Select(assigned => new SyncGroupRequest.SyncGroupRequestAssignment
                    {
                        MemberId = assigned.Member,
                        Assignment = assigned.Assignment,
                    }),
                ],
            },
            now));

    public ErrorCode Heartbeat(string member, int generation, string? instance = null, string group = "g") =>
        Now(_shard.RunAsync((state, now) => state.Classic.Heartbeat(
            new HeartbeatRequest { GroupId = group, MemberId = member, GenerationId = generation, GroupInstanceId = instance },
            now))).ErrorCode;

    public ErrorCode Leave(string member, string? instance = null, string group = "g")
    {
        LeaveGroupResponse response = Now(_shard.RunAsync((state, now) => state.Classic.Leave(
            new LeaveGroupRequest
            {
                GroupId = group,
                Members = [new LeaveGroupRequest.MemberIdentity { MemberId = member, GroupInstanceId = instance }],
            },
            now)));
        return response.ErrorCode != ErrorCode.None ? response.ErrorCode : response.Members[0].ErrorCode;
    }

    public Task<CommandResult<OffsetCommitResponse>> CommitAsync(
        long offset, string member = "", int generation = -1, string? instance = null, string group = "g",
        string topic = "t", int partition = 0, string metadata = "", Guid topicId = default, long retention = -1, short version = 8) =>
        _shard.RunAsync((state, now) => state.Offsets.Commit(
            new OffsetCommitRequest
            {
                GroupId = group,
                MemberId = member,
                GenerationIdOrMemberEpoch = generation,
                GroupInstanceId = instance,
                RetentionTimeMs = retention,
                Topics =
                [
                    new OffsetCommitRequest.OffsetCommitRequestTopic
                    {
                        Name = topic,
                        TopicId = topicId,
                        Partitions =
                        [
                            new OffsetCommitRequest.OffsetCommitRequestPartition
                            {
                                PartitionIndex = partition,
                                CommittedOffset = offset,
                                CommittedMetadata = metadata,
                            },
                        ],
                    },
                ],
            },
            version,
            now));

    public ErrorCode Commit(
        long offset, string member = "", int generation = -1, string? instance = null, string group = "g",
        string topic = "t", int partition = 0, string metadata = "", Guid topicId = default, long retention = -1, short version = 8) =>
        Now(CommitAsync(offset, member, generation, instance, group, topic, partition, metadata, topicId, retention, version))
            .Topics[0].Partitions[0].ErrorCode;

    public long Fetch(string group = "g", string topic = "t", int partition = 0, Guid topicId = default) =>
        Now(_shard.ReadAsync(state => state.Offsets.Fetch(new OffsetFetchRequest.OffsetFetchRequestGroup
        {
            GroupId = group,
            Topics =
            [
                new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic, TopicId = topicId, PartitionIndexes = [partition] },
            ],
        }))).Topics[0].Partitions[0].CommittedOffset;

    /// <summary>A group as DescribeGroups shows it.</summary>
    public DescribeGroupsResponse.DescribedGroup Describe(string group = "g") =>
        Now(_shard.ReadAsync(state => state.Administration.Describe(group, 6)));

    /// <summary>Joins by name alone and brings the member to the second join, as clients since KIP-394 do.</summary>
    public Task<CommandResult<JoinGroupResponse>> JoinAsNewAsync(
        string client = "client", string[]? protocols = null, TimeSpan? session = null)
    {
        JoinGroupResponse first = Now(JoinAsync(client: client, protocols: protocols));
        Assert.Equal(ErrorCode.MemberIdRequired, first.ErrorCode);
        return JoinAsync(first.MemberId, client: client, protocols: protocols, session: session);
    }

    /// <summary>A group of so many members that is stable, each with its own number as assignment; the first leads.</summary>
    public (string[] Members, int Generation) StableGroup(int size)
    {
        var joins = Enumerable.Range(0, size).Select(_ => JoinAsNewAsync()).ToArray();
        Advance(TimeSpan.FromSeconds(7));
        var joined = joins.Select(Now).OrderBy(join => join.Members.IsEmpty).ToArray();
        var members = joined.Select(join => join.MemberId).ToArray();
        int generation = joined[0].GenerationId;
        var assignments = members.Select((member, i) => (member, new[] { (byte)i })).ToArray();
        var syncs = members.Skip(1).Select(member => SyncAsync(member, generation)).ToArray();
        Assert.Equal(ErrorCode.None, Now(SyncAsync(members[0], generation, assignments: assignments)).ErrorCode);
        foreach (var sync in syncs) Assert.Equal(ErrorCode.None, Now(sync).ErrorCode);
        return (members, generation);
    }

    /// <summary>The answer that must be there already.</summary>
    public static TResponse Now<TResponse>(Task<CommandResult<TResponse>> answer)
        where TResponse : class
    {
        Assert.True(answer.IsCompletedSuccessfully, "There is no answer yet.");
        Assert.Equal(ErrorCode.None, answer.Result.Error);
        return answer.Result.Response!;
    }

    /// <summary>Why the shard did not serve; that must be known already.</summary>
    public static ErrorCode Refusal<TResponse>(Task<CommandResult<TResponse>> answer)
        where TResponse : class
    {
        Assert.True(answer.IsCompletedSuccessfully, "There is no answer yet.");
        return answer.Result.Error;
    }

    public void Dispose() => _shard.Dispose();

    private CoordinatorShard<GroupsState> Start()
    {
        var shard = new CoordinatorShard<GroupsState>(0, Partition, NewState, GroupsState.Codec, Environment());
        shard.StartLoading();
        return shard;
    }

    private GroupsState NewState() => new(new GroupsEnvironment
    {
        Settings = () => Settings,
        Topics = () => throw new InvalidOperationException("Classic groups need no topics."),
        NewUuid = () => (++_uuids).ToString("d36", CultureInfo.InvariantCulture),
        WallClock = Time,
    });

    private CoordinatorEnvironment Environment() => new()
    {
        Time = Time,
        RunInBackground = load => load(),
        CodecOf = _ => null,
        Logger = NullLogger.Instance,
    };
}
