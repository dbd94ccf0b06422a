using System.Buffers;
using System.Globalization;
using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Runtime;
using LogBroker.Coordination.Tests.Groups.Consumer;
using LogBroker.Coordination.Tests.Support;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Coordination.Tests.Groups.Migration;

/// <summary>A group coordinator of one shard with a group that members of both protocols come to.</summary>
internal sealed class MigrationHarness : IDisposable
{
    public const string GroupId = "g";

    private int _uuids;
    private CoordinatorShard<GroupsState> _shard;

    public MigrationHarness()
    {
        // Continuations run where they are caused, not on the test framework's own queue.
        SynchronizationContext.SetSynchronizationContext(null);
        _shard = Start();
    }

    public FakeTopics Topics { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public ConsumerGroupSettings Settings { get; set; } = new() { AssignmentInterval = TimeSpan.Zero };

    public InMemoryPartition Partition { get; private set; } = new();

    /// <summary>The group as it is.</summary>
    public IGroup? Group => Of(_shard);

    public ConsumerGroupState Consumer => Assert.IsType<ConsumerGroup>(Group).State;

    public ClassicGroup Classic => Assert.IsType<ClassicGroup>(Group);

    public void Advance(TimeSpan by) => Time.Advance(by);

    /// <summary>Kills the process and starts another on what was committed.</summary>
    public void Restart()
    {
        InMemoryPartition before = Partition;
        _shard.Dispose();
        Partition = before.Restarted();
        _shard = Start();
    }

    /// <summary>The group that a replay of the log gives.</summary>
    public IGroup? Replayed()
    {
        using var shard = new CoordinatorShard<GroupsState>(0, Partition, NewState, GroupsState.Codec, Environment());
        shard.StartLoading();
        return Of(shard);
    }

    public ConsumerGroupHeartbeatResponse Heartbeat(ConsumerGroupHeartbeatRequest request)
    {
        request.GroupId = GroupId;
        return GroupsFixture.Now(_shard.RunAsync((state, now) => state.Consumer.Heartbeat(request, Origin(1), now)));
    }

    public Task<CommandResult<JoinGroupResponse>> JoinAsync(JoinGroupRequest request, short version = 9)
    {
        request.GroupId = GroupId;
        return _shard.RunAsync((state, now) => state.Join(request, Origin(version), now));
    }

    public Task<CommandResult<SyncGroupResponse>> SyncAsync(SyncGroupRequest request)
    {
        request.GroupId = GroupId;
        return _shard.RunAsync((state, now) => state.Sync(request, now));
    }

    public ErrorCode Beat(string memberId, int generation, string? instanceId = null) =>
        GroupsFixture.Now(_shard.RunAsync((state, now) => state.Heartbeat(
            new HeartbeatRequest { GroupId = GroupId, MemberId = memberId, GenerationId = generation, GroupInstanceId = instanceId },
            now))).ErrorCode;

    public ErrorCode Leave(string memberId, string? instanceId = null)
    {
        LeaveGroupResponse response = GroupsFixture.Now(_shard.RunAsync((state, now) => state.Leave(
            new LeaveGroupRequest
            {
                GroupId = GroupId,
                Members = [new LeaveGroupRequest.MemberIdentity { MemberId = memberId, GroupInstanceId = instanceId }],
            },
            now)));
        return response.Members.IsEmpty ? response.ErrorCode : response.Members[0].ErrorCode;
    }

    public ErrorCode Commit(string memberId, int epoch, Guid topicId, string topic, int partition, long offset) =>
        GroupsFixture.Now(_shard.RunAsync((state, now) => state.Offsets.Commit(
            new OffsetCommitRequest
            {
                GroupId = GroupId,
                MemberId = memberId,
                GenerationIdOrMemberEpoch = epoch,
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
                            },
                        ],
                    },
                ],
            },
            9,
            now))).Topics[0].Partitions[0].ErrorCode;

    public long Committed(Guid topicId, string topic, int partition) =>
        GroupsFixture.Now(_shard.ReadAsync(state => state.Offsets.Fetch(new OffsetFetchRequest.OffsetFetchRequestGroup
        {
            GroupId = GroupId,
            Topics = [new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic, TopicId = topicId, PartitionIndexes = [partition] }],
        }))).Topics[0].Partitions[0].CommittedOffset;

    /// <summary>What consumers say in the classic protocol, in its newest form.</summary>
    public static byte[] Embed(IMessage message, short version = 3)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        writer.WriteInt16(version);
        message.Write(ref writer, version);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public void Dispose() => _shard.Dispose();

    private static RequestOrigin Origin(short version) => new("client", "/127.0.0.1", version);

    private static IGroup? Of(CoordinatorShard<GroupsState> shard)
    {
        IGroup? group = null;
        _ = shard.ReadAsync(state =>
        {
            group = state.Groups.Find(GroupId);
            return Nothing.Instance;
        });
        return group;
    }

    private CoordinatorShard<GroupsState> Start()
    {
        var shard = new CoordinatorShard<GroupsState>(0, Partition, NewState, GroupsState.Codec, Environment());
        shard.StartLoading();
        return shard;
    }

    private GroupsState NewState() => new(new GroupsEnvironment
    {
        Settings = () => new GroupSettings { InitialRebalanceDelay = TimeSpan.Zero },
        ConsumerSettings = _ => Settings,
        Topics = () => Topics.Now,
        NewUuid = () => $"made-{(++_uuids).ToString(CultureInfo.InvariantCulture)}",
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
