using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Tests.Support;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using static LogBroker.Coordination.Tests.Support.GroupsFixture;

namespace LogBroker.Coordination.Tests.Offsets;

public sealed class OffsetTests
{
    [Fact]
    public void Commit_ByNobody_MakesAGroupAndSurvives()
    {
        using var groups = new GroupsFixture();
        Assert.Equal(-1, groups.Fetch());
        Assert.Equal(ErrorCode.None, groups.Commit(42, metadata: "note"));
        groups.Restart();
        Assert.Equal(42, groups.Fetch());
        Assert.Equal("Empty", groups.Describe().GroupState);
    }

    [Theory]
    [InlineData(8, ErrorCode.IllegalGeneration)]
    [InlineData(9, ErrorCode.GroupIdNotFound)]
    public void Commit_ByMemberOfNoGroup_IsRefused(short version, ErrorCode expected)
    {
        using var groups = new GroupsFixture();
        Assert.Equal(expected, groups.Commit(1, "nobody", 3, version: version));
    }

    [Fact]
    public void Commit_ByWhomItMayNot_IsRefused()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(2);
        Assert.Equal(ErrorCode.None, groups.Commit(1, members[1], generation));
        Assert.Equal(ErrorCode.IllegalGeneration, groups.Commit(2, members[1], generation - 1));
        Assert.Equal(ErrorCode.UnknownMemberId, groups.Commit(2, "nobody", generation));
        Assert.Equal(ErrorCode.UnknownMemberId, groups.Commit(2));
        Assert.Equal(1, groups.Fetch());
    }

    [Fact]
    public void Commit_BeforeTheSync_IsRefusedAndDuringTheJoinAccepted()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(2);
        var leader = groups.JoinAsync(members[0]);
        Assert.Equal(ErrorCode.None, groups.Commit(1, members[1], generation));
        groups.JoinAsync(members[1]);
        Assert.Equal(ErrorCode.RebalanceInProgress, groups.Commit(2, members[1], Now(leader).GenerationId));
    }

    [Fact]
    public void Commit_MetadataTooLong_IsRefusedForThatPartition()
    {
        using var groups = new GroupsFixture(new GroupSettings { OffsetMetadataMax = 3 });
        Assert.Equal(ErrorCode.OffsetMetadataTooLarge, groups.Commit(1, metadata: "long"));
        Assert.Equal(ErrorCode.None, groups.Commit(1, metadata: "äöü"));
    }

    [Fact]
    public void Commit_TooLargeForTheLog_IsRefusedAloneAndNobodyElseNotices()
    {
        using var groups = new GroupsFixture();
        var (members, _) = groups.StableGroup(2);
        var parked = groups.JoinAsync(members[0]);
        groups.Partition.NextAppendError = ErrorCode.MessageTooLarge;
        Assert.Equal(ErrorCode.MessageTooLarge, Refusal(groups.CommitAsync(1, group: "other")));
        Assert.False(parked.IsCompleted);
    }

    [Fact]
    public void Fetch_TopicMadeAnew_HasNoOffset()
    {
        using var groups = new GroupsFixture();
        Guid before = Guid.NewGuid();
        groups.Commit(9, topicId: before);
        groups.Restart();
        Assert.Equal(9, groups.Fetch(topicId: before));
        Assert.Equal(9, groups.Fetch());
        Assert.Equal(-1, groups.Fetch(topicId: Guid.NewGuid()));
    }

    [Fact]
    public void Expiry_EmptyGroup_LosesItsOffsetsAfterTheRetention()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(1);
        groups.Commit(1, members[0], generation);
        groups.Leave(members[0]);

        groups.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(11));
        Assert.Equal(1, groups.Fetch());
        groups.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(-1, groups.Fetch());
        Assert.Equal(ErrorCode.GroupIdNotFound, groups.Describe().ErrorCode);
        Assert.Empty(groups.Replayed().Groups.All);
    }

    [Fact]
    public void Expiry_SubscribedTopic_Stays()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(1);
        groups.Commit(1, members[0], generation);
        groups.Commit(1, members[0], generation, topic: "old");
        groups.Settings = groups.Settings with { OffsetsRetention = TimeSpan.FromMinutes(5) };
        for (int i = 0; i < 200; i++)
        {
            groups.Advance(TimeSpan.FromSeconds(5));
            groups.Heartbeat(members[0], generation);
        }

        Assert.Equal(1, groups.Fetch());
        Assert.Equal(-1, groups.Fetch(topic: "old"));
    }

    [Fact]
    public void Expiry_CommitWithItsOwnRetention_GoesByThat()
    {
        using var groups = new GroupsFixture();
        groups.Commit(1, retention: 1000, version: 4);
        groups.Restart();
        groups.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(-1, groups.Fetch());
    }

    [Fact]
    public void DeleteGroup_WithMembers_IsRefusedAndWithoutIsDone()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(1);
        groups.Commit(1, members[0], generation);
        Assert.Equal(ErrorCode.NonEmptyGroup, Delete(groups, "g"));
        groups.Leave(members[0]);
        Assert.Equal(ErrorCode.None, Delete(groups, "g"));
        Assert.Equal(ErrorCode.GroupIdNotFound, Delete(groups, "g"));
        groups.Restart();
        Assert.Equal(-1, groups.Fetch());
        Assert.Equal(ErrorCode.GroupIdNotFound, groups.Describe().ErrorCode);
    }

    [Fact]
    public void DeleteOffsets_SubscribedTopic_IsRefused()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(1);
        groups.Commit(1, members[0], generation);
        groups.Commit(1, members[0], generation, topic: "old");

        OffsetDeleteResponse response = Now(groups.Shard.RunAsync((state, _) => state.Offsets.Delete(new OffsetDeleteRequest
        {
            GroupId = "g",
            Topics = [new() { Name = "t", Partitions = [new()] }, new() { Name = "old", Partitions = [new()] }],
        })));

        Assert.Equal(ErrorCode.GroupSubscribedToTopic, response.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.None, response.Topics[1].Partitions[0].ErrorCode);
        Assert.Equal((1, -1), (groups.Fetch(), groups.Fetch(topic: "old")));
    }

    [Fact]
    public void ForgetTopics_DeletedTopic_IsForgottenInAllGroups()
    {
        using var groups = new GroupsFixture();
        groups.Commit(1, group: "a");
        groups.Commit(1, group: "b", topic: "u");
        Now(groups.Shard.RunAsync((state, _) => state.Offsets.ForgetTopics(["t"])));
        groups.Restart();
        Assert.Equal((-1, 1), (groups.Fetch("a"), groups.Fetch("b", "u")));
    }

    private static ErrorCode Delete(GroupsFixture groups, string group) =>
        Now(groups.Shard.RunAsync((state, _) => state.Administration.Delete(group))).ErrorCode;
}
