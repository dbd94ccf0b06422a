using LogBroker.Coordination.Runtime;
using LogBroker.Coordination.Tests.Support;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using static LogBroker.Coordination.Tests.Support.GroupsFixture;

namespace LogBroker.Coordination.Tests.Groups;

public sealed class ClassicMembershipTests
{
    [Fact]
    public void Sync_LeadersAssignment_ReachesEveryMember()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(3);

        for (int i = 0; i < members.Length; i++)
            Assert.Equal(new[] { (byte)i }, Now(groups.SyncAsync(members[i], generation)).Assignment.ToArray());
        Assert.Equal("Stable", groups.Describe().GroupState);
    }

    [Fact]
    public void Sync_LeaderNeverSyncs_MembersThatDidNotAreRemoved()
    {
        using var groups = new GroupsFixture();
        TimeSpan session = TimeSpan.FromMinutes(5);
        var joins = new[] { groups.JoinAsNewAsync(session: session), groups.JoinAsNewAsync(session: session) };
        groups.Advance(TimeSpan.FromSeconds(7));
        var follower = joins.Select(Now).Single(join => join.Members.IsEmpty);
        var sync = groups.SyncAsync(follower.MemberId, follower.GenerationId);

        groups.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(ErrorCode.RebalanceInProgress, Now(sync).ErrorCode);
        Assert.Equal("PreparingRebalance", groups.Describe().GroupState);
    }

    [Fact]
    public void Sync_OfAnotherGeneration_IsIllegal()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(1);
        Assert.Equal(ErrorCode.IllegalGeneration, Now(groups.SyncAsync(members[0], generation - 1)).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, Now(groups.SyncAsync("nobody", generation)).ErrorCode);
    }

    [Fact]
    public void Sync_RecordNotCommitted_IsNotAnswered()
    {
        using var groups = new GroupsFixture();
        var join = groups.JoinAsNewAsync();
        groups.Advance(TimeSpan.FromSeconds(10));
        JoinGroupResponse joined = Now(join);
        groups.Partition.CommitsAtOnce = false;

        var sync = groups.SyncAsync(joined.MemberId, joined.GenerationId, assignments: (joined.MemberId, [7]));
        var describe = groups.Shard.ReadAsync(state => state.Administration.Describe("g", 6));
        Assert.False(sync.IsCompleted || describe.IsCompleted);
        groups.Partition.Commit();

        Assert.Equal([7], Now(sync).Assignment.ToArray());
        Assert.Equal("Stable", Now(describe).GroupState);
    }

    [Fact]
    public void Heartbeat_NoneForASession_RemovesTheMember()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(2);
        for (int i = 0; i < 3; i++)
        {
            groups.Advance(TimeSpan.FromSeconds(4));
            groups.Heartbeat(members[0], generation);
        }

        Assert.Equal(ErrorCode.RebalanceInProgress, groups.Heartbeat(members[0], generation));
        Assert.Equal(ErrorCode.UnknownMemberId, groups.Heartbeat(members[1], generation));
    }

    [Fact]
    public void Leave_LastMember_EmptiesTheGroup()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(1);

        Assert.Equal(ErrorCode.None, groups.Leave(members[0]));

        Assert.Equal("Empty", groups.Describe().GroupState);
        groups.Restart();
        Assert.Equal("Empty", groups.Describe().GroupState);
        Assert.Equal(ErrorCode.UnknownMemberId, groups.Heartbeat(members[0], generation));
    }

    [Fact]
    public void Leave_SeveralAtOnce_EachIsAnswered()
    {
        using var groups = new GroupsFixture();
        var (members, _) = groups.StableGroup(3);

        LeaveGroupResponse response = Now(groups.Shard.RunAsync((state, now) => state.Classic.Leave(
            new LeaveGroupRequest
            {
                GroupId = "g",
                Members = [new() { MemberId = members[0] }, new() { MemberId = "nobody" }, new() { MemberId = members[2] }],
            },
            now)));

        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownMemberId, ErrorCode.None], response.Members.Select(member => member.ErrorCode));
    }

    [Fact]
    public void Static_ComesBackInTime_KeepsAssignmentAndGeneration()
    {
        using var groups = new GroupsFixture();
        var join = groups.JoinAsync(instance: "i1");
        groups.Advance(TimeSpan.FromSeconds(10));
        JoinGroupResponse first = Now(join);
        Now(groups.SyncAsync(first.MemberId, first.GenerationId, "i1", assignments: (first.MemberId, [9])));

        JoinGroupResponse second = Now(groups.JoinAsync(instance: "i1"));

        Assert.Equal((first.GenerationId, true), (second.GenerationId, second.SkipAssignment));
        Assert.NotEqual(first.MemberId, second.MemberId);
        Assert.Equal([9], Now(groups.SyncAsync(second.MemberId, second.GenerationId, "i1")).Assignment.ToArray());
        Assert.Equal(ErrorCode.FencedInstanceId, groups.Heartbeat(first.MemberId, first.GenerationId, "i1"));
        Assert.Equal(ErrorCode.FencedInstanceId, groups.Commit(1, first.MemberId, first.GenerationId, "i1"));
    }

    [Fact]
    public void Static_ReplacedLeaderOfOldVersion_IsToldTheOldLeader()
    {
        using var groups = new GroupsFixture { ApiVersion = 5 };
        var join = groups.JoinAsync(instance: "i1");
        groups.Advance(TimeSpan.FromSeconds(10));
        JoinGroupResponse first = Now(join);
        Now(groups.SyncAsync(first.MemberId, first.GenerationId, "i1", assignments: (first.MemberId, [9])));

        JoinGroupResponse second = Now(groups.JoinAsync(instance: "i1"));

        Assert.Equal(first.MemberId, second.Leader);
        Assert.Empty(second.Members);
    }

    [Fact]
    public void Static_RemovedByInstanceId_Leaves()
    {
        using var groups = new GroupsFixture();
        var join = groups.JoinAsync(instance: "i1");
        groups.Advance(TimeSpan.FromSeconds(10));
        Now(join);
        Assert.Equal(ErrorCode.UnknownMemberId, groups.Leave("", "i2"));
        Assert.Equal(ErrorCode.None, groups.Leave("", "i1"));
        Assert.Equal("Empty", groups.Describe().GroupState);
    }

    [Fact]
    public void Restart_StableGroup_MembersGoOn()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(2);

        groups.Restart();

        Assert.All(members, member => Assert.Equal(ErrorCode.None, groups.Heartbeat(member, generation)));
        Assert.Equal([1], Now(groups.SyncAsync(members[1], generation)).Assignment.ToArray());
        groups.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("Empty", groups.Describe().GroupState);
    }

    [Fact]
    public void Append_Fails_ParkedAreToldAndTheStateIsReadAgain()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(2);
        var parked = groups.JoinAsync(members[0]);
        groups.Partition.NextAppendError = ErrorCode.KafkaStorageError;

        var commit = groups.Shard.RunAsync((state, now) => state.Classic.Leave(
            new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = members[1] }, new() { MemberId = members[0] }] },
            now));

        Assert.Equal(ErrorCode.NotCoordinator, Refusal(commit));
        Assert.Equal(ErrorCode.NotCoordinator, Refusal(parked));
        groups.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ErrorCode.None, groups.Heartbeat(members[0], generation));
    }

    [Fact]
    public void Commit_Fails_IsNotSeenAfterwards()
    {
        using var groups = new GroupsFixture();
        Assert.Equal(ErrorCode.None, groups.Commit(5));
        groups.Partition.CommitsAtOnce = false;

        var commit = groups.CommitAsync(6);
        groups.Partition.Lose(ErrorCode.KafkaStorageError);

        Assert.Equal(ErrorCode.NotCoordinator, Refusal(commit));
        groups.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, groups.Fetch());
    }

    [Fact]
    public void Load_Fails_HasNoCoordinatorUntilItCanBeRead()
    {
        using var groups = new GroupsFixture();
        Assert.Equal(ErrorCode.None, groups.Commit(5));
        groups.Partition.IsUnreadable = true;

        groups.Restart();

        Assert.Equal(ShardStatus.Failed, groups.Shard.Status);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, Refusal(groups.CommitAsync(6)));
        for (int tries = 0; tries < 100; tries++) groups.Advance(TimeSpan.FromSeconds(33));
        groups.Partition.IsUnreadable = false;
        groups.Advance(TimeSpan.FromSeconds(33));
        Assert.Equal(5, groups.Fetch());
    }
}
