using System.Buffers;
using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Comparison.Cases;

/// <summary>A member of a group by the name that cases know it under, and what it says in either protocol. Its ids and epochs are
/// remembered for each broker by itself.</summary>
internal sealed record GroupMember(string Group, string Name, string Topic, string? InstanceId = null)
{
    private const short SubscriptionVersion = 3;
    private const short AssignmentVersion = 1;

    /// <summary>The classic assignors it offers, best first.</summary>
    public ImmutableArray<string> Offers { get; init; } = ["range"];

    public string ProtocolType { get; init; } = "consumer";

    private string EpochKey => $"{Group}/{Name}/epoch";

    /// <summary>Joins by the classic protocol; the answer tells the member its id and generation.</summary>
    public void Join(Script script, string name, bool asNew = false, params int[] owned) => script.Change(
        name,
        Script.LatestOf(ApiKey.JoinGroup),
        peer => new JoinGroupRequest
        {
            GroupId = Group,
            MemberId = asNew ? "" : peer.Names.Member(Name),
            GroupInstanceId = InstanceId,
            SessionTimeoutMs = 30_000,
            RebalanceTimeoutMs = 30_000,
            ProtocolType = ProtocolType,
            Protocols =
            [
                .. Offers.Select(offer => new JoinGroupRequest.JoinGroupRequestProtocol
                {
                    Name = offer,
                    Metadata = Subscription(owned),
                }),
            ],
        },
        (peer, response) =>
        {
            if (response.MemberId.Length > 0) peer.Names.LearnMember(Name, response.MemberId);
            if (response.GenerationId >= 0) peer.Memory[EpochKey] = response.GenerationId;
        });

    /// <summary>Fetches its assignment, or as the leader brings that of all.</summary>
    public void Sync(Script script, string name, ReadOnlyMemory<byte> userData = default, params (GroupMember Member, int[] Partitions)[] assigned) =>
        script.Change(name, Script.LatestOf(ApiKey.SyncGroup), peer => new SyncGroupRequest
        {
            GroupId = Group,
            MemberId = peer.Names.Member(Name),
            GroupInstanceId = InstanceId,
            GenerationId = Epoch(peer),
            ProtocolType = ProtocolType,
            ProtocolName = Offers[0],
            Assignments =
            [
                .. assigned.Select(one => new SyncGroupRequest.SyncGroupRequestAssignment
                {
                    MemberId = peer.Names.Member(one.Member.Name),
                    Assignment = Assignment(one.Partitions, userData),
                }),
            ],
        });

    public void Beat(Script script, string name) =>
        script.Change(name, Script.LatestOf(ApiKey.Heartbeat), peer => new HeartbeatRequest
        {
            GroupId = Group,
            MemberId = peer.Names.Member(Name),
            GroupInstanceId = InstanceId,
            GenerationId = Epoch(peer),
        });

    public void Leave(Script script, string name) =>
        script.Change(name, Script.LatestOf(ApiKey.LeaveGroup), peer => new LeaveGroupRequest
        {
            GroupId = Group,
            Members = [new LeaveGroupRequest.MemberIdentity { MemberId = peer.Names.Member(Name), GroupInstanceId = InstanceId }],
        });

    public void Commit(Script script, string name, int offset, short version, int partition = 0) =>
        script.Change(name, version, peer => new OffsetCommitRequest
        {
            GroupId = Group,
            MemberId = peer.Names.Member(Name),
            GroupInstanceId = InstanceId,
            GenerationIdOrMemberEpoch = Epoch(peer),
            Topics =
            [
                new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = Topic,
                    Partitions =
                    [
                        new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = partition, CommittedOffset = offset },
                    ],
                },
            ],
        });

    /// <summary>A heartbeat of the new protocol that tells everything.</summary>
    /// <param name="epoch">Null = the one it was told last.</param>
    public void Advance(Script script, string name, int? epoch = null, params int[] owned) => script.Change(
        name,
        Script.LatestOf(ApiKey.ConsumerGroupHeartbeat),
        peer => new ConsumerGroupHeartbeatRequest
        {
            GroupId = Group,
            MemberId = peer.Names.Member(Name),
            MemberEpoch = epoch ?? Epoch(peer),
            InstanceId = InstanceId,
            RebalanceTimeoutMs = 30_000,
            SubscribedTopicNames = [Topic],
            TopicPartitions = epoch < 0 ? null : owned.Length == 0
                ? []
                :
                [
                    new ConsumerGroupHeartbeatRequest.TopicPartitionsData
                    {
                        TopicId = peer.Names.TopicId(Topic),
                        Partitions = [.. owned],
                    },
                ],
        },
        (peer, response) =>
        {
            if (response is { MemberId: not null, MemberEpoch: > 0 }) peer.Memory[EpochKey] = response.MemberEpoch;
        });

    private int Epoch(Peer peer) => (int)peer.Memory.GetValueOrDefault(EpochKey, -1);

    private byte[] Subscription(int[] owned)
    {
        if (ProtocolType != "consumer") return [1, 2, 3];
        return Write(SubscriptionVersion, new ConsumerProtocolSubscription
        {
            Topics = [Topic],
            OwnedPartitions = owned.Length == 0
                ? []
                : [new ConsumerProtocolSubscription.TopicPartition { Topic = Topic, Partitions = [.. owned] }],
        });
    }

    private byte[] Assignment(int[] partitions, ReadOnlyMemory<byte> userData) => Write(AssignmentVersion, new ConsumerProtocolAssignment
    {
        AssignedPartitions = [new ConsumerProtocolAssignment.TopicPartition { Topic = Topic, Partitions = [.. partitions] }],
        UserData = userData.IsEmpty ? null : userData,
    });

    private static byte[] Write(short version, IMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        writer.WriteInt16(version);
        message.Write(ref writer, version);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
