using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Tests.Support;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using static LogBroker.Coordination.Tests.Support.GroupsFixture;

namespace LogBroker.Coordination.Tests.Groups;

public sealed class ClassicJoinTests
{
    private static readonly TimeSpan InitialDelay = new GroupSettings().InitialRebalanceDelay;

    [Fact]
    public void Join_FirstMember_WaitsForTheInitialDelay()
    {
        using var groups = new GroupsFixture();
        var join = groups.JoinAsNewAsync();

        groups.Advance(InitialDelay - TimeSpan.FromMilliseconds(10));
        Assert.False(join.IsCompleted);
        groups.Advance(TimeSpan.FromMilliseconds(20));

        JoinGroupResponse joined = Now(join);
        Assert.Equal((1, "range", joined.MemberId), (joined.GenerationId, joined.ProtocolName, joined.Leader));
        Assert.Single(joined.Members);
    }

    [Fact]
    public void Join_AnotherDuringTheInitialDelay_LengthensIt()
    {
        using var groups = new GroupsFixture();
        var first = groups.JoinAsNewAsync();
        groups.Advance(InitialDelay / 2);
        var second = groups.JoinAsNewAsync();
        groups.Advance((InitialDelay / 2) + TimeSpan.FromMilliseconds(10));
        Assert.False(first.IsCompleted);

        groups.Advance(InitialDelay);

        Assert.Equal(2, Now(first).Members.Length + Now(second).Members.Length);
    }

    [Fact]
    public void Join_WithoutMemberIdSinceVersion4_IsToldToComeBackWithOne()
    {
        using var groups = new GroupsFixture();

        JoinGroupResponse answer = Now(groups.JoinAsync(client: "app"));

        Assert.Equal(ErrorCode.MemberIdRequired, answer.ErrorCode);
        Assert.StartsWith("app-", answer.MemberId, StringComparison.Ordinal);
        Assert.Equal("Empty", groups.Describe().GroupState);
    }

    [Fact]
    public void Join_WithoutMemberIdInVersion3_IsAdmitted()
    {
        using var groups = new GroupsFixture { ApiVersion = 3 };
        var join = groups.JoinAsync();
        groups.Advance(InitialDelay * 2);
        Assert.Equal(ErrorCode.None, Now(join).ErrorCode);
    }

    [Fact]
    public void Join_PendingMemberThatNeverComesBack_IsForgottenAndTheRestGoesOn()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(1);
        Now(groups.JoinAsync());
        var rejoin = groups.JoinAsync(members[0], metadata: 1);
        Assert.False(rejoin.IsCompleted);

        groups.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(generation + 1, Now(rejoin).GenerationId);
    }

    [Fact]
    public void Join_OtherProtocolType_IsInconsistent()
    {
        using var groups = new GroupsFixture();
        groups.StableGroup(1);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, Now(groups.JoinAsync(protocolType: "connect")).ErrorCode);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, Now(groups.JoinAsync(protocols: ["sticky"])).ErrorCode);
    }

    [Fact]
    public void Join_MembersPreferDifferently_TakesWhatMostPreferOfWhatAllCan()
    {
        using var groups = new GroupsFixture();
        var joins = new[]
        {
            groups.JoinAsNewAsync(protocols: ["sticky", "range", "roundrobin"]),
            groups.JoinAsNewAsync(protocols: ["roundrobin", "range"]),
            groups.JoinAsNewAsync(protocols: ["roundrobin", "range"]),
        };
        groups.Advance(TimeSpan.FromMinutes(1));
        Assert.All(joins, join => Assert.Equal("roundrobin", Now(join).ProtocolName));
    }

    [Fact]
    public void Join_UnknownMember_IsUnknown()
    {
        using var groups = new GroupsFixture();
        Assert.Equal(ErrorCode.UnknownMemberId, Now(groups.JoinAsync("nobody")).ErrorCode);
        groups.StableGroup(1);
        Assert.Equal(ErrorCode.UnknownMemberId, Now(groups.JoinAsync("nobody")).ErrorCode);
    }

    [Fact]
    public void Join_GroupIsFull_IsRefused()
    {
        using var groups = new GroupsFixture(new GroupSettings { GroupSizeMax = 2 });
        groups.StableGroup(2);
        Assert.Equal(ErrorCode.GroupMaxSizeReached, Now(groups.JoinAsync()).ErrorCode);
    }

    [Fact]
    public void Join_FollowerWithSameMetadata_GetsTheGenerationAsItIs()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(2);

        JoinGroupResponse again = Now(groups.JoinAsync(members[1]));

        Assert.Equal((generation, members[0]), (again.GenerationId, again.Leader));
        Assert.Equal(ErrorCode.None, groups.Heartbeat(members[0], generation));
    }

    [Fact]
    public void Join_Leader_BeginsARebalance()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(2);

        var leader = groups.JoinAsync(members[0]);

        Assert.Equal(ErrorCode.RebalanceInProgress, groups.Heartbeat(members[1], generation));
        var follower = groups.JoinAsync(members[1]);
        Assert.Equal(generation + 1, Now(leader).GenerationId);
        Assert.Equal(generation + 1, Now(follower).GenerationId);
    }

    [Fact]
    public void Join_MemberDoesNotComeBackInTime_GoesOnWithoutIt()
    {
        using var groups = new GroupsFixture();
        var (members, generation) = groups.StableGroup(3);
        var leader = groups.JoinAsync(members[0]);
        var other = groups.JoinAsync(members[1]);
        for (int i = 0; i < 13; i++)
        {
            groups.Advance(TimeSpan.FromSeconds(5));
            groups.Heartbeat(members[2], generation);
        }

        Assert.Equal(2, Now(leader).Members.Length);
        Assert.Equal(generation + 1, Now(other).GenerationId);
        Assert.Equal(ErrorCode.UnknownMemberId, groups.Heartbeat(members[2], generation));
    }

    [Fact]
    public void Join_SentAgain_TheFirstIsAnsweredAndTheSecondJoins()
    {
        using var groups = new GroupsFixture();
        string member = Now(groups.JoinAsync()).MemberId;
        var first = groups.JoinAsync(member);
        var second = groups.JoinAsync(member);
        groups.Advance(InitialDelay * 2);
        Assert.Equal(ErrorCode.RebalanceInProgress, Now(first).ErrorCode);
        Assert.Equal(ErrorCode.None, Now(second).ErrorCode);
    }
}
