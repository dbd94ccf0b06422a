using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

public sealed class StaticMemberTests
{
    private readonly GroupHarness _harness = new();

    public StaticMemberTests() => _harness.Topics.Create("orders", 4);

    [Fact]
    public void StaticMember_LeavesForNowAndIsBack_GetsWhatItHadWithoutAnEpochForTheOthers()
    {
        var first = Join("a", "one");
        var leave = Beat("a", "one", -2);
        Assert.Equal((ErrorCode.None, -2), (leave.ErrorCode, leave.MemberEpoch));

        var back = Join("b", "one");

        Assert.Equal("b", back.MemberId);
        Assert.Equal(first.MemberEpoch, back.MemberEpoch);
        Assert.Equal(GroupHarness.Assigned(first), GroupHarness.Assigned(back));
        Assert.Equal(2, _harness.Group.State.Epoch);
        Assert.Equal(ErrorCode.FencedInstanceId, Beat("a", "one", 2).ErrorCode);
    }

    [Fact]
    public void StaticMember_SameMemberIdIsBack_IsServed()
    {
        Join("a", "one");
        Beat("a", "one", -2);

        var back = Join("a", "one");

        Assert.Equal(4, GroupHarness.Assigned(back).Count);
        _harness.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(ErrorCode.None, Beat("a", "one", back.MemberEpoch).ErrorCode);
    }

    [Fact]
    public void Instance_InUse_CannotBeTaken()
    {
        Join("a", "one");

        var response = Heartbeat(GroupHarness.Joining("b", "orders"), "one");

        Assert.Equal(ErrorCode.UnreleasedInstanceId, response.ErrorCode);
    }

    [Fact]
    public void StaticMember_NeverBack_IsFencedWhenItsSessionEnds()
    {
        Join("a", "one");
        _harness.Join("z", "orders");
        Beat("a", "one", -2);
        _harness.Advance(TimeSpan.FromSeconds(44));
        _harness.Beat("z", 3);
        Assert.Equal(2, _harness.Group.State.Members.Count);

        _harness.Advance(TimeSpan.FromSeconds(2));

        Assert.Single(_harness.Group.State.Members);
        Assert.Empty(_harness.Group.State.StaticMembers);
    }

    [Fact]
    public void StaticMember_LeavesForGood_IsGone()
    {
        Join("a", "one");

        Assert.Equal(-1, Beat("a", "one", -1).MemberEpoch);

        Assert.True(_harness.Group.IsEmpty);
        Assert.Equal(ErrorCode.UnknownMemberId, Beat("a", "one", 2).ErrorCode);
    }

    [Fact]
    public void Crash_WhileAStaticMemberIsAway_ItStillGetsWhatItHad()
    {
        var first = Join("a", "one");
        Beat("a", "one", -2);
        _harness.Crash();

        Assert.Equal(GroupHarness.Assigned(first), GroupHarness.Assigned(Join("b", "one")));
    }

    private ConsumerGroupHeartbeatResponse Join(string memberId, string instanceId)
    {
        var response = Heartbeat(GroupHarness.Joining(memberId, "orders"), instanceId);
        Assert.Equal((ErrorCode.None, null), (response.ErrorCode, response.ErrorMessage));
        return response;
    }

    private ConsumerGroupHeartbeatResponse Beat(string memberId, string instanceId, int epoch) =>
        Heartbeat(new ConsumerGroupHeartbeatRequest { MemberId = memberId, MemberEpoch = epoch }, instanceId);

    private ConsumerGroupHeartbeatResponse Heartbeat(ConsumerGroupHeartbeatRequest request, string instanceId)
    {
        request.InstanceId = instanceId;
        return _harness.Heartbeat(request);
    }
}
