using LogBroker.Client.Connections;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Share groups and streams groups, which only Apache Kafka has so far.</summary>
public sealed class OtherGroupTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [KafkaOnlyFact]
    public async Task StreamsGroup_IsListedDescribedAndDeleted()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("streamed", 2);
        string group = ClientTarget.NewName("streams");
        await using var client = target.NewClient();
        string member = Guid.NewGuid().ToString();
        var partition = new TopicPartition(topic, 1);
        await TopicAdminTests.EventuallyAsync(() => HeartbeatAsync(client, group, member, topic, epoch: 0), error => error == ErrorCode.None);

        var described = await TopicAdminTests.EventuallyAsync(
            () => client.Admin.StreamsGroups.DescribeAsync(group), told => told.Members.Length == 1 && told.Subtopologies.Length == 1);

        Assert.Equal(topic, Assert.Single(described.Subtopologies[0].SourceTopics));
        Assert.Equal(1, described.TopologyEpoch);
        Assert.Equal(("process", "host:7000"), (described.Members[0].ProcessId, described.Members[0].UserEndpoint));
        Assert.Equal("there", described.Members[0].ClientTags["zone"]);
        Assert.Contains(
            await client.Admin.Groups.ListAsync(types: [GroupType.Streams]), listing => listing.GroupId == group && listing.Type == GroupType.Streams);
        Assert.DoesNotContain(await client.Admin.Groups.ListAsync(types: [GroupType.Consumer]), listing => listing.GroupId == group);

        Assert.Equal(ErrorCode.None, await HeartbeatAsync(client, group, member, topic, epoch: -1));
        await client.Admin.GroupOffsets.AlterAsync(group, new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(new Offset(0)) });
        Assert.Equal(new Offset(0), (await client.Admin.GroupOffsets.ListAsync(group))[partition].Offset);
        await client.Admin.GroupOffsets.DeleteAsync(group, [partition]);
        Assert.Empty(await client.Admin.GroupOffsets.ListAsync(group));
        await client.Admin.Groups.DeleteAsync(group);
        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.Admin.StreamsGroups.DescribeAsync(group));
        Assert.Equal(ErrorCode.GroupIdNotFound, failure.ErrorCode);
    }

    [KafkaOnlyFact]
    public async Task ShareGroup_IsListedDescribedMovedAndDeleted()
    {
        var target = await ClientTarget.SharedAsync();
        string topic = await target.CreateTopicAsync("shared", 1);
        string group = ClientTarget.NewName("share");
        await using var client = target.NewClient();
        string member = Guid.NewGuid().ToString();
        var partition = new TopicPartition(topic, 0);
        await using (var producer = client.CreateProducer<string, string>())
        {
            for (int index = 0; index < 5; index++) await producer.ProduceAsync(topic, "key", "value");
        }

        int epoch = 0;
        var described = await TopicAdminTests.EventuallyAsync(
            async () =>
            {
                // What a member has, it is told with its heartbeats.
                var heard = await ShareAsync(client, group, member, topic, epoch);
                if (heard.ErrorCode == ErrorCode.None) epoch = heard.MemberEpoch;
                return epoch == 0 ? null : await client.Admin.ShareGroups.DescribeAsync(group);
            },
            told => told is { Members.Length: 1 } && told.Members[0].Assignment.Length == 1);
        Assert.Equal(partition, described!.Members[0].Assignment[0]);
        Assert.Contains(await client.Admin.Groups.ListAsync(types: [GroupType.Share]), listing => listing.GroupId == group);

        Assert.Equal(ErrorCode.None, (await ShareAsync(client, group, member, topic, epoch: -1)).ErrorCode);
        await client.Admin.ShareGroups.AlterOffsetsAsync(group, new Dictionary<TopicPartition, Offset> { [partition] = new(3) });
        var offsets = await TopicAdminTests.EventuallyAsync(() => client.Admin.ShareGroups.ListOffsetsAsync(group), told => told.Count == 1);
        Assert.Equal(new ShareGroupOffset(new Offset(3), 2), offsets[partition]);
        await client.Admin.ShareGroups.DeleteOffsetsAsync(group, [topic]);
        Assert.Empty(await client.Admin.ShareGroups.ListOffsetsAsync(group));
        await client.Admin.Groups.DeleteAsync(group);
        Assert.DoesNotContain(await client.Admin.Groups.ListAsync(), listing => listing.GroupId == group);
    }

    [KafkaOnlyFact]
    public async Task Voters_OfAQuorumThatIsFixed_CannotChange()
    {
        await using var client = (await ClientTarget.SharedAsync()).NewClient();
        var quorum = await client.Admin.Cluster.DescribeQuorumAsync();

        Assert.NotEmpty(quorum.Nodes[quorum.LeaderId]);
        var failure = await Assert.ThrowsAsync<KafkaException>(
            () => client.Admin.Cluster.RemoveVoterAsync(quorum.LeaderId, quorum.Voters[0].DirectoryId));
        Assert.Contains(failure.ErrorCode, new[] { ErrorCode.UnsupportedVersion, ErrorCode.InvalidRequest });
        failure = await Assert.ThrowsAsync<KafkaException>(
            () => client.Admin.Cluster.AddVoterAsync(7, Guid.NewGuid(), [.. quorum.Nodes[quorum.LeaderId]]));
        Assert.Contains(failure.ErrorCode, new[] { ErrorCode.UnsupportedVersion, ErrorCode.InvalidRequest });
    }

    private static async Task<ErrorCode> HeartbeatAsync(LogBrokerClient client, string group, string member, string topic, int epoch)
    {
        var connection = await client.Cluster.Coordinators.FindAsync(CoordinatorKind.Group, group, ConnectionLane.Group, default);
        var response = await connection.SendAsync(
            new StreamsGroupHeartbeatRequest
            {
                GroupId = group,
                MemberId = member,
                MemberEpoch = epoch,
                RebalanceTimeoutMs = epoch < 0 ? -1 : 5_000,
                Topology = epoch < 0 ? null : new() { Epoch = 1, Subtopologies = [new() { SubtopologyId = "part", SourceTopics = [topic] }] },
                ActiveTasks = epoch < 0 ? null : [],
                StandbyTasks = epoch < 0 ? null : [],
                WarmupTasks = epoch < 0 ? null : [],
                ProcessId = epoch < 0 ? null : "process",
                UserEndpoint = epoch < 0 ? null : new() { Host = "host", Port = 7000 },
                ClientTags = epoch < 0 ? null : [new() { Key = "zone", Value = "there" }],
            },
            Timeout,
            default);
        return response.ErrorCode;
    }

    private static async Task<ShareGroupHeartbeatResponse> ShareAsync(LogBrokerClient client, string group, string member, string topic, int epoch)
    {
        var connection = await client.Cluster.Coordinators.FindAsync(CoordinatorKind.Group, group, ConnectionLane.Group, default);
        return await connection.SendAsync(
            new ShareGroupHeartbeatRequest { GroupId = group, MemberId = member, MemberEpoch = epoch, SubscribedTopicNames = epoch < 0 ? null : [topic] },
            Timeout,
            default);
    }
}
