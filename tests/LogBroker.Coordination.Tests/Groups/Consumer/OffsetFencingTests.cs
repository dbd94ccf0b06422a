using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

public sealed class OffsetFencingTests
{
    private readonly GroupHarness _harness = new();

    [Fact]
    public void Commit_ByEpoch_IsCheckedForMemberAndPartition()
    {
        var orders = _harness.Topics.Create("orders", 2);
        var all = GroupHarness.Assigned(_harness.Join("a", "orders"));
        _harness.Join("b", "orders");
        var kept = GroupHarness.Assigned(_harness.Beat("a", 2, all));
        _harness.Beat("a", 2, kept);
        var given = GroupHarness.Assigned(_harness.Beat("b", 3));

        Assert.Equal(ErrorCode.None, Commit("a", 3));
        Assert.Equal(ErrorCode.None, Commit("a", 2));
        Assert.Equal(ErrorCode.None, Commit("a", 2, kept[0]));
        Assert.Equal(ErrorCode.StaleMemberEpoch, Commit("a", 2, given[0]));
        Assert.Equal(ErrorCode.StaleMemberEpoch, Commit("b", 2, given[0]));
        Assert.Equal(ErrorCode.StaleMemberEpoch, Commit("a", 4));
        Assert.Equal(ErrorCode.UnknownMemberId, Commit("c", 3));
        Assert.Equal(ErrorCode.UnknownMemberId, Commit("", -1));
        Assert.Equal(ErrorCode.UnsupportedVersion, _harness.Group.CheckCommit(new Committer("a", null, 3, false, 8)));
        Assert.Equal(ErrorCode.StaleMemberEpoch, Commit("a", 2, new TopicIdPartition(orders.Id, 7)));
    }

    [Fact]
    public void Commit_FromOutsideWhileThereAreNoMembers_IsAllowed()
    {
        _harness.Join("a", "orders");
        Assert.Equal(ErrorCode.UnknownMemberId, Commit("", -1));
        _harness.Beat("a", -1);

        Assert.Equal(ErrorCode.None, Commit("", -1));
    }

    [Fact]
    public void Fetch_ByEpoch_IsCheckedUnlessNobodyInParticularAsks()
    {
        _harness.Join("a", "orders");

        Assert.Equal(ErrorCode.None, _harness.Group.CheckFetch("a", 2));
        Assert.Equal(ErrorCode.None, _harness.Group.CheckFetch(null, -1));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _harness.Group.CheckFetch("a", 3));
        Assert.Equal(ErrorCode.UnknownMemberId, _harness.Group.CheckFetch("b", 2));
    }

    [Fact]
    public void Delete_WithMembers_IsRefused()
    {
        _harness.Join("a", "orders");
        Assert.Equal(ErrorCode.NonEmptyGroup, _harness.Group.CheckDelete());
        _harness.Beat("a", -1);

        Assert.Equal(ErrorCode.None, _harness.Group.CheckDelete());
        foreach (var record in _harness.Group.Tombstones().ToList()) _harness.Group.Replay(record);
        Assert.Equal(1, _harness.Group.State.Epoch);
    }

    private ErrorCode Commit(string memberId, int epoch) =>
        _harness.Group.CheckCommit(new Committer(memberId, null, epoch, false, 9));

    private ErrorCode Commit(string memberId, int epoch, TopicIdPartition partition) =>
        _harness.Group.CheckCommit(new Committer(memberId, null, epoch, false, 9), partition);
}
