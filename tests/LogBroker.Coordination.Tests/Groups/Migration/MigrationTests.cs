using LogBroker.Coordination.Groups;
using LogBroker.Coordination.Groups.Classic;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Coordination.Tests.Groups.Consumer;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Migration;

public sealed class MigrationTests : IDisposable
{
    private readonly MigrationHarness _harness = new();
    private readonly ClassicClient _old;
    private readonly ModelClient _young = new("young", null) { Topics = ["orders"] };

    public MigrationTests()
    {
        _harness.Topics.Create("orders", 4);
        _old = new ClassicClient(_harness, ["orders"], isCooperative: true);
    }

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void Upgrade_FirstMemberOfTheNewProtocol_TakesItsShareWhenTheOldOneGaveItUp()
    {
        JoinOld();
        int generation = _old.Generation;

        Beat();

        Assert.Equal(generation + 1, _harness.Consumer.Epoch);
        Assert.Equal(generation, _harness.Consumer.Member(_old.MemberId)!.Assignment.Epoch);
        Assert.Equal(4, _old.Owned.Count);
        Assert.Empty(_young.Owned);
        _old.Beat();
        Assert.Equal((generation + 1, 2), (_old.Generation, _old.Owned.Count));
        Beat();
        Assert.Equal(2, _young.Owned.Count);
        Assert.Empty(_young.Owned.Intersect(_old.Owned));
        Assert.Equal("Stable", _harness.Group!.StateName);
    }

    [Fact]
    public void Downgrade_LastMemberOfTheNewProtocolLeaves_TheOthersRebalanceAmongThemselves()
    {
        JoinBoth();
        int epoch = _harness.Consumer.Epoch;

        _harness.Heartbeat(new ConsumerGroupHeartbeatRequest { MemberId = "young", MemberEpoch = -1 });

        Assert.Equal((epoch, ClassicGroupPhase.PreparingRebalance), (_harness.Classic.Generation, _harness.Classic.Phase));
        Assert.Equal(2, _old.Owned.Count);
        _old.Beat();
        Assert.Equal((epoch + 1, 4), (_old.Generation, _old.Owned.Count));
        Assert.Equal(ClassicGroupPhase.Stable, _harness.Classic.Phase);
    }

    [Fact]
    public void Downgrade_LastMemberOfTheNewProtocolFallsSilent_HappensWhenItsSessionEnds()
    {
        JoinBoth();

        for (int second = 0; second < 50; second += 5)
        {
            _harness.Advance(TimeSpan.FromSeconds(5));
            _old.Beat();
        }

        Assert.Equal(4, _old.Owned.Count);
        Assert.Equal(GroupType.Classic, _harness.Group!.Type);
    }

    [Theory]
    [InlineData(nameof(MigrationPolicy.Disabled))]
    [InlineData(nameof(MigrationPolicy.Downgrade))]
    public void Upgrade_NotAllowed_IsRefused(string policy)
    {
        Allow(policy);
        JoinOld();

        var response = _harness.Heartbeat(GroupHarness.Joining("young", "orders"));

        Assert.Equal(ErrorCode.GroupIdNotFound, response.ErrorCode);
        Assert.Equal("Cannot upgrade classic group g to consumer group because online upgrade is disabled.", response.ErrorMessage);
        Assert.Equal(ClassicGroupPhase.Stable, _harness.Classic.Phase);
    }

    [Fact]
    public void Upgrade_TooManyMembers_IsRefused()
    {
        _harness.Settings = _harness.Settings with { SizeMax = 0 };
        JoinOld();

        Assert.Equal(ErrorCode.GroupIdNotFound, _harness.Heartbeat(GroupHarness.Joining("young", "orders")).ErrorCode);
    }

    [Fact]
    public void Downgrade_NotAllowed_TheOldMembersStillGetWhatIsLeft()
    {
        Allow(nameof(MigrationPolicy.Upgrade));
        JoinBoth();

        _harness.Heartbeat(new ConsumerGroupHeartbeatRequest { MemberId = "young", MemberEpoch = -1 });
        _old.Beat();

        Assert.Equal(4, _old.Owned.Count);
        Assert.Equal(GroupType.Consumer, _harness.Group!.Type);
    }

    [Fact]
    public void Join_ByTheOldProtocol_IsRefusedWhereNoMigrationIsAllowed()
    {
        Allow(nameof(MigrationPolicy.Disabled));
        Beat();

        _old.Join();

        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _old.LastError);
    }

    [Theory]
    [InlineData("connect", "range")]
    [InlineData("consumer", "mine")]
    public void Join_OffersNothingInCommon_IsRefused(string protocolType, string protocol)
    {
        JoinBoth();

        var response = Join(protocolType, protocol, MigrationHarness.Embed(new ConsumerProtocolSubscription { Topics = ["orders"] }));

        Assert.Equal(ErrorCode.InconsistentGroupProtocol, response.ErrorCode);
        Assert.Null(response.ProtocolName);
    }

    [Fact]
    public void Join_SubscriptionThatIsNone_IsRefused()
    {
        Beat();

        Assert.Equal(ErrorCode.InconsistentGroupProtocol, Join("consumer", "range", [0, 9, 1]).ErrorCode);
    }

    [Fact]
    public void OldMember_WithEpochOfBefore_IsToldWhatClassicMembersUnderstand()
    {
        JoinBoth();

        Assert.Equal(ErrorCode.IllegalGeneration, _harness.Beat(_old.MemberId, _old.Generation - 1));
        Assert.Equal(ErrorCode.UnknownMemberId, _harness.Beat("nobody", 1));
        Assert.Equal(ErrorCode.UnknownMemberId, _harness.Beat("young", _young.Epoch));
        Assert.Equal(ErrorCode.UnknownMemberId, _harness.Leave("nobody"));
    }

    [Fact]
    public void OldMember_DoesNotJoinInTime_IsGone()
    {
        JoinOld();
        Beat();

        Assert.Equal(ErrorCode.RebalanceInProgress, _harness.Beat(_old.MemberId, _old.Generation));
        for (int second = 0; second < 21; second++)
        {
            _harness.Advance(TimeSpan.FromSeconds(1));
            _harness.Beat(_old.MemberId, _old.Generation);
            Beat();
        }

        Assert.Null(_harness.Consumer.Member(_old.MemberId));
        Assert.Equal(4, _young.Owned.Count);
    }

    [Fact]
    public void Restart_OfAMixedGroup_EverybodyGoesOn()
    {
        JoinBoth();
        var before = StateText.Of(_harness.Consumer);

        _harness.Restart();

        Assert.Equal(before, StateText.Of(_harness.Consumer));
        _old.Beat();
        Beat();
        Assert.Equal((ErrorCode.None, 2, 2), (_old.LastError, _old.Owned.Count, _young.Owned.Count));
    }

    [Fact]
    public void Restart_AfterADowngrade_TheGroupIsClassic()
    {
        JoinBoth();
        _harness.Heartbeat(new ConsumerGroupHeartbeatRequest { MemberId = "young", MemberEpoch = -1 });
        int generation = _harness.Classic.Generation;

        _harness.Restart();

        Assert.Equal((generation, 1), (_harness.Classic.Generation, _harness.Classic.MemberCount));
        _old.Restart();
        _old.Join();
        for (int second = 0; second < 30; second++)
        {
            _harness.Advance(TimeSpan.FromSeconds(1));
            _old.Beat();
        }

        Assert.Equal(4, _old.Owned.Count);
    }

    [Fact]
    public void StaticMember_ReplacedByOneOfTheOldProtocol_TakesTheGroupBack()
    {
        var young = new ModelClient("young", "instance") { Topics = ["orders"] };
        young.Hear(_harness.Heartbeat(young.Request()));
        var old = new ClassicClient(_harness, ["orders"], instanceId: "instance");

        old.Join();

        Assert.Equal((ErrorCode.None, 4), (old.LastError, old.Owned.Count));
        Assert.Equal(ClassicGroupPhase.Stable, _harness.Classic.Phase);
        Assert.Equal(old.Generation, _harness.Classic.Generation);
    }

    [Fact]
    public void EmptyGroup_GoesEitherWayWhateverThePolicy()
    {
        Allow(nameof(MigrationPolicy.Disabled));
        Beat();
        _harness.Heartbeat(new ConsumerGroupHeartbeatRequest { MemberId = "young", MemberEpoch = -1 });
        JoinOld();
        Assert.Equal(4, _old.Owned.Count);
        _old.Leave();
        _young.Restart("young");

        Beat();

        Assert.Equal((GroupType.Consumer, 4), (_harness.Group!.Type, _young.Owned.Count));
        Assert.Equal(GroupType.Consumer, _harness.Replayed()!.Type);
    }

    [Fact]
    public void Upgrade_WhileJoinsArePending_TellsThemToJoinAgain()
    {
        JoinOld();
        var second = new ClassicClient(_harness, ["orders"], isCooperative: true);
        second.Join();
        Assert.True(second.IsWaiting);

        Beat();
        second.Hear();

        Assert.Equal((ErrorCode.RebalanceInProgress, false), (second.LastError, second.IsWaiting));
        for (int round = 0; round < 4; round++)
        {
            second.Beat();
            _old.Beat();
            Beat();
        }

        Assert.Equal(4, second.Owned.Count + _old.Owned.Count + _young.Owned.Count);
        Assert.Equal("Stable", _harness.Group!.StateName);
    }

    private void JoinOld()
    {
        _old.Join();
        _harness.Advance(TimeSpan.FromSeconds(1));
        _old.Hear();
        Assert.Equal((ErrorCode.None, 4), (_old.LastError, _old.Owned.Count));
    }

    private void JoinBoth()
    {
        JoinOld();
        Beat();
        _old.Beat();
        Beat();
        Assert.Equal((2, 2), (_old.Owned.Count, _young.Owned.Count));
    }

    private void Beat()
    {
        _young.Hear(_harness.Heartbeat(_young.Request()));
        _young.Obey();
    }

    private void Allow(string policy) =>
        _harness.Settings = _harness.Settings with { MigrationPolicy = Enum.Parse<MigrationPolicy>(policy) };

    private JoinGroupResponse Join(string protocolType, string protocol, byte[] subscription) =>
        _harness.JoinAsync(new JoinGroupRequest
        {
            SessionTimeoutMs = 30_000,
            RebalanceTimeoutMs = 20_000,
            ProtocolType = protocolType,
            Protocols = [new JoinGroupRequest.JoinGroupRequestProtocol { Name = protocol, Metadata = subscription }],
        }, version: 3).Result.Response!;
}
