using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

public sealed class HeartbeatTests
{
    private readonly GroupHarness _harness = new();

    [Fact]
    public void Join_First_GetsAllPartitionsAtEpochTwo()
    {
        var orders = _harness.Topics.Create("orders", 3);

        var response = _harness.Join("a", "orders");

        Assert.Equal(("a", 2, 5000), (response.MemberId, response.MemberEpoch, response.HeartbeatIntervalMs));
        Assert.Equal([new(orders.Id, 0), new(orders.Id, 1), new(orders.Id, 2)], GroupHarness.Assigned(response));
        Assert.Equal("Stable", _harness.Group.StateName);
        Assert.Equal([5, 3, 7, 6, 8], _harness.LastRecords.Select(record => (int)record.Type));
    }

    [Fact]
    public void Join_TopicNotThere_IsAMemberWithoutPartitions()
    {
        var response = _harness.Join("a", "nothing");

        Assert.Equal(2, response.MemberEpoch);
        Assert.Empty(response.Assignment!.TopicPartitions);
    }

    [Fact]
    public void Join_VersionZeroWithoutMemberId_GetsOne()
    {
        var response = _harness.Heartbeat(GroupHarness.Joining("", "orders"), version: 0);

        Assert.Equal(("made-1", 2), (response.MemberId, response.MemberEpoch));
    }

    [Fact]
    public void Heartbeat_NothingNew_WritesNothingAndTellsNoAssignment()
    {
        _harness.Topics.Create("orders", 3);
        _harness.Join("a", "orders");

        var response = _harness.Beat("a", 2);

        Assert.Null(response.Assignment);
        Assert.Empty(_harness.LastRecords);
        Assert.Equal(2, response.MemberEpoch);
    }

    [Fact]
    public void Heartbeat_EverythingTold_GetsTheAssignmentAgain()
    {
        _harness.Topics.Create("orders", 3);
        var first = _harness.Join("a", "orders");
        var request = GroupHarness.Joining("a", "orders");
        request.MemberEpoch = 2;

        var response = _harness.Heartbeat(request);

        Assert.Equal(GroupHarness.Assigned(first), GroupHarness.Assigned(response));
        Assert.Empty(_harness.LastRecords);
    }

    [Fact]
    public void SecondMember_WaitsUntilTheFirstGaveUpItsPart()
    {
        _harness.Topics.Create("orders", 4);
        var all = GroupHarness.Assigned(_harness.Join("a", "orders"));

        var joined = _harness.Join("b", "orders");
        Assert.Equal(3, joined.MemberEpoch);
        Assert.Empty(joined.Assignment!.TopicPartitions);
        Assert.Equal("Reconciling", _harness.Group.StateName);

        var revoking = _harness.Beat("a", 2, all);
        Assert.Equal(2, revoking.MemberEpoch);
        var kept = GroupHarness.Assigned(revoking);
        Assert.Equal(2, kept.Count);
        Assert.Null(_harness.Beat("b", 3).Assignment);

        Assert.Equal(3, _harness.Beat("a", 2, kept).MemberEpoch);
        var given = GroupHarness.Assigned(_harness.Beat("b", 3));
        Assert.Equal(all.Except(kept), given);
        Assert.Equal("Stable", _harness.Group.StateName);
    }

    [Fact]
    public void Member_DoesNotGiveUpInTime_IsFenced()
    {
        _harness.Topics.Create("orders", 2);
        var all = GroupHarness.Assigned(_harness.Join("a", "orders"));
        _harness.Join("b", "orders");
        _harness.Beat("a", 2, all);

        for (int second = 0; second < 6; second++)
        {
            _harness.Advance(TimeSpan.FromSeconds(1));
            if (second < 4) _harness.Beat("a", 2, all);
        }

        Assert.Equal(ErrorCode.UnknownMemberId, _harness.Beat("a", 2, all).ErrorCode);
        Assert.Equal(2, GroupHarness.Assigned(_harness.Beat("b", 3)).Count);
    }

    [Fact]
    public void Member_SilentForItsSession_IsFencedAndItsPartitionsGoOn()
    {
        _harness.Topics.Create("orders", 2);
        var all = GroupHarness.Assigned(_harness.Join("a", "orders"));
        _harness.Join("b", "orders");
        _harness.Advance(TimeSpan.FromSeconds(30));
        _harness.Beat("b", 3);
        _harness.Advance(TimeSpan.FromSeconds(16));

        Assert.Equal(all, GroupHarness.Assigned(_harness.Beat("b", 3)));
        Assert.Equal(ErrorCode.UnknownMemberId, _harness.Beat("a", 2).ErrorCode);
    }

    [Fact]
    public void Leave_LastMember_LeavesTheGroupEmpty()
    {
        _harness.Topics.Create("orders", 2);
        _harness.Join("a", "orders");

        var response = _harness.Beat("a", -1);

        Assert.Equal((ErrorCode.None, "a", -1), (response.ErrorCode, response.MemberId, response.MemberEpoch));
        Assert.Equal("Empty", _harness.Group.StateName);
        Assert.Equal(3, _harness.Group.State.Epoch);
        Assert.Equal(0, _harness.Group.State.MetadataHash);
        Assert.Equal([8, 7, 5, 3], _harness.LastRecords.Select(record => (int)record.Type));
        Assert.True(_harness.Group.State.Owners.IsEmpty);
        Assert.Equal(4, _harness.Join("b", "orders").MemberEpoch);
    }

    [Theory]
    [InlineData(3, ErrorCode.FencedMemberEpoch)]
    [InlineData(7, ErrorCode.FencedMemberEpoch)]
    [InlineData(1, ErrorCode.FencedMemberEpoch)]
    [InlineData(-3, ErrorCode.InvalidRequest)]
    public void Heartbeat_EpochThatIsNotTheMembers_IsRefused(int epoch, ErrorCode error)
    {
        _harness.Topics.Create("orders", 2);
        _harness.Join("a", "orders");

        Assert.Equal(error, _harness.Beat("a", epoch).ErrorCode);
    }

    [Fact]
    public void Heartbeat_PreviousEpoch_IsTakenForARepetitionUnlessItOwnsWhatIsNotItsOwn()
    {
        var orders = _harness.Topics.Create("orders", 2);
        var all = GroupHarness.Assigned(_harness.Join("a", "orders"));
        _harness.Join("b", "orders");
        _harness.Beat("b", -1);
        Assert.Equal(4, _harness.Beat("a", 2, all).MemberEpoch);

        Assert.Equal(4, _harness.Beat("a", 2, all).MemberEpoch);
        Assert.Equal(ErrorCode.FencedMemberEpoch, _harness.Beat("a", 2).ErrorCode);
        Assert.Equal(ErrorCode.FencedMemberEpoch, _harness.Beat("a", 2, [.. all, new TopicIdPartition(orders.Id, 9)]).ErrorCode);
    }

    [Fact]
    public void Join_KnownMember_KeepsWhatItHas()
    {
        _harness.Topics.Create("orders", 2);
        var first = _harness.Join("a", "orders");

        var again = _harness.Join("a", "orders");

        Assert.Equal(2, again.MemberEpoch);
        Assert.Equal(GroupHarness.Assigned(first), GroupHarness.Assigned(again));
    }

    [Fact]
    public void Join_GroupFull_IsRefused()
    {
        _harness.Settings = _harness.Settings with { SizeMax = 1 };
        _harness.Join("a", "orders");

        var response = _harness.Heartbeat(GroupHarness.Joining("b", "orders"));

        Assert.Equal(ErrorCode.GroupMaxSizeReached, response.ErrorCode);
        Assert.Equal("The consumer group has reached its maximum capacity of 1 members.", response.ErrorMessage);
        Assert.Equal(ErrorCode.None, _harness.Beat("a", 2).ErrorCode);
    }

    [Fact]
    public void Join_UnknownAssignor_IsRefused()
    {
        var request = GroupHarness.Joining("a", "orders");
        request.ServerAssignor = "sticky";

        var response = _harness.Heartbeat(request);

        Assert.Equal(ErrorCode.UnsupportedAssignor, response.ErrorCode);
        Assert.Equal("ServerAssignor sticky is not supported. Supported assignors: uniform, range.", response.ErrorMessage);
    }

    [Fact]
    public void Member_ChangesItsTopics_GivesUpTheOldOnesAtOnce()
    {
        _harness.Topics.Create("orders", 1);
        var payments = _harness.Topics.Create("payments", 1);
        var owned = GroupHarness.Assigned(_harness.Join("a", "orders"));

        var change = new ConsumerGroupHeartbeatRequest { MemberId = "a", MemberEpoch = 2, SubscribedTopicNames = ["payments"] };
        var response = _harness.Heartbeat(change);
        Assert.Equal(2, response.MemberEpoch);
        Assert.Empty(response.Assignment!.TopicPartitions);

        var after = _harness.Beat("a", 2, []);
        Assert.Equal((3, new TopicIdPartition(payments.Id, 0)), (after.MemberEpoch, Assert.Single(GroupHarness.Assigned(after))));
        Assert.DoesNotContain(owned[0], _harness.Group.State.Owners.Keys);
    }

    [Fact]
    public void Targets_TooYoung_WaitForTheInterval()
    {
        _harness.Settings = _harness.Settings with { AssignmentInterval = TimeSpan.FromSeconds(1) };
        _harness.Topics.Create("orders", 2);
        _harness.Join("a", "orders");

        Assert.Equal(2, _harness.Join("b", "orders").MemberEpoch);
        Assert.Equal("Assigning", _harness.Group.StateName);
        Assert.Equal(2, _harness.Beat("b", 2).MemberEpoch);
        _harness.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, _harness.Beat("b", 2).MemberEpoch);
    }

    [Fact]
    public void Assignor_MostWanted_Decides()
    {
        _harness.Topics.Create("orders", 2);
        foreach (var id in new[] { "a", "b", "c" })
        {
            var request = GroupHarness.Joining(id, "orders");
            request.ServerAssignor = id == "a" ? "uniform" : "range";
            _harness.Heartbeat(request);
        }

        Assert.Equal("range", _harness.Group.Describe().AssignorName);
    }
}
