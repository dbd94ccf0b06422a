using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Groups and what they have committed.</summary>
public sealed class GroupAdminTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Offsets_OfAGroupWithoutMembers_AreSetReadAndForgotten()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("kept", 2);
        string group = ClientTarget.NewName("offsets");
        await using var client = target.NewClient();
        var (first, second) = (new TopicPartition(topic, 0), new TopicPartition(topic, 1));

        await client.Admin.GroupOffsets.AlterAsync(group, new Dictionary<TopicPartition, OffsetAndMetadata>
        {
            [first] = new(new Offset(7), new LeaderEpoch(0), "a note"),
            [second] = new(new Offset(8)),
        });

        var all = await client.Admin.GroupOffsets.ListAsync(group);
        Assert.Equal(new OffsetAndMetadata(new Offset(7), new LeaderEpoch(0), "a note"), all[first]);
        Assert.Equal(new OffsetAndMetadata(new Offset(8)), all[second]);
        Assert.Equal([second], (await client.Admin.GroupOffsets.ListAsync(group, [second, new TopicPartition(topic, 5)])).Keys);

        await client.Admin.GroupOffsets.DeleteAsync(group, [first]);
        Assert.Equal([second], (await client.Admin.GroupOffsets.ListAsync(group)).Keys);
    }

    [Fact]
    public async Task Describe_OfAClassicGroup_TellsItsMembers()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("joined", 2);
        string group = ClientTarget.NewName("classic");
        await using var client = target.NewClient();
        await JoinAsync(client, group, topic);

        var described = await client.Admin.Groups.DescribeAsync(group);

        Assert.Equal((GroupType.Classic, GroupState.Stable, "range"), (described.Type, described.State, described.Assignor));
        var member = Assert.Single(described.Members);
        Assert.Equal("instance", member.GroupInstanceId);
        Assert.Equal(topic, Assert.Single(member.SubscribedTopics));
        Assert.Equal([new TopicPartition(topic, 0), new TopicPartition(topic, 1)], member.Assignment.ToArray());
        var listed = Assert.Single(await client.Admin.Groups.ListAsync(), listing => listing.GroupId == group);
        Assert.Equal((GroupType.Classic, GroupState.Stable, "consumer"), (listed.Type, listed.State, listed.ProtocolType));
        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Groups.DeleteAsync(group));
        Assert.Equal(ErrorCode.NonEmptyGroup, failure.ErrorCode);

        await client.Admin.Groups.RemoveMembersAsync(group, ["instance"]);
        await client.Admin.Groups.DeleteAsync(group);

        failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.Groups.DescribeAsync(group));
        Assert.Equal(ErrorCode.GroupIdNotFound, failure.ErrorCode);
    }

    [Fact]
    public async Task Describe_OfAConsumerGroup_TellsItsMembers()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("joined", 2);
        string group = ClientTarget.NewName("modern");
        await using var client = target.NewClient();
        int epoch = (await TopicAdminTests.EventuallyAsync(
            () => HeartbeatAsync(client, group, topic, memberEpoch: 0), joined => joined.ErrorCode == ErrorCode.None)).MemberEpoch;

        // A coordinator that has not heard of the new topic, or assigned something just now, assigns with a later heartbeat.
        var described = await TopicAdminTests.EventuallyAsync(
            async () =>
            {
                var beat = await HeartbeatAsync(client, group, topic, epoch);
                if (beat.ErrorCode == ErrorCode.None) epoch = beat.MemberEpoch;
                return await client.Admin.Groups.DescribeAsync(group);
            },
            told => told.Members is [{ TargetAssignment.Length: 2 }]);

        Assert.Equal(GroupType.Consumer, described.Type);
        Assert.NotNull(described.GroupEpoch);
        Assert.Equal(topic, Assert.Single(described.Members[0].SubscribedTopics));
        Assert.Contains(await client.Admin.Groups.ListAsync(types: [GroupType.Consumer]), listing => listing.GroupId == group);
        await client.Admin.Groups.RemoveMembersAsync(group);
        await TopicAdminTests.EventuallyAsync(() => client.Admin.Groups.DescribeAsync(group), told => told.State == GroupState.Empty);
    }

    [Fact]
    public async Task Describe_OfSeveral_TellsEachOnesFate()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("joined");
        string group = ClientTarget.NewName("empty");
        await using var client = target.NewClient();
        await client.Admin.GroupOffsets.AlterAsync(
            group, new Dictionary<TopicPartition, OffsetAndMetadata> { [new TopicPartition(topic, 0)] = new(Offset.Zero) });

        var results = await client.Admin.Groups.DescribeAsync([group, "nobody"]);

        Assert.Equal(GroupState.Empty, results[group].State);
        Assert.Equal(ErrorCode.GroupIdNotFound, results.Failures["nobody"].ErrorCode);
    }

    private static async Task<ConsumerGroupHeartbeatResponse> HeartbeatAsync(
        LogBrokerClient client, string group, string topic, int memberEpoch)
    {
        var connection = await client.Cluster.Coordinators.FindAsync(
            CoordinatorKind.Group, group, ConnectionLane.Group, default);
        return await connection.SendAsync(
            new ConsumerGroupHeartbeatRequest
            {
                GroupId = group,
                MemberId = "AAAAAAAAAAAAAAAAAAAAAQ",
                InstanceId = "instance",
                MemberEpoch = memberEpoch,
                RebalanceTimeoutMs = 5000,
                SubscribedTopicNames = [topic],
                TopicPartitions = [],
            },
            Timeout,
            default);
    }

    private static async Task JoinAsync(LogBrokerClient client, string group, string topic)
    {
        var connection = await client.Cluster.Coordinators.FindAsync(
            CoordinatorKind.Group, group, ConnectionLane.Group, default);
        var joined = await connection.SendAsync(
            new JoinGroupRequest
            {
                GroupId = group,
                MemberId = "",
                GroupInstanceId = "instance",
                ProtocolType = "consumer",
                SessionTimeoutMs = 30_000,
                RebalanceTimeoutMs = 30_000,
                Protocols = [new() { Name = "range", Metadata = Subscription(topic) }],
            },
            Timeout,
            default);
        Assert.Equal(ErrorCode.None, joined.ErrorCode);
        var synced = await connection.SendAsync(
            new SyncGroupRequest
            {
                GroupId = group,
                MemberId = joined.MemberId,
                GroupInstanceId = "instance",
                GenerationId = joined.GenerationId,
                ProtocolType = "consumer",
                ProtocolName = "range",
                Assignments = [new() { MemberId = joined.MemberId, Assignment = Assignment(topic) }],
            },
            Timeout,
            default);
        Assert.Equal(ErrorCode.None, synced.ErrorCode);
    }

    private static byte[] Subscription(string topic) => EmbeddedMessage.Encode(new ConsumerProtocolSubscription { Topics = [topic] }, 0);

    private static byte[] Assignment(string topic) => EmbeddedMessage.Encode(
        new ConsumerProtocolAssignment { AssignedPartitions = [new() { Topic = topic, Partitions = [0, 1] }] }, 0);
}
