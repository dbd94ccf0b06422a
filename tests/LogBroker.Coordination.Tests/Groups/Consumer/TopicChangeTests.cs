using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

public sealed class TopicChangeTests
{
    private readonly GroupHarness _harness = new();

    [Fact]
    public void Topic_Created_GoesToTheMemberThatWaitsForIt()
    {
        _harness.Join("a", "orders");
        var orders = _harness.Topics.Create("orders", 1);

        var response = _harness.Beat("a", 2);

        Assert.Equal(3, response.MemberEpoch);
        Assert.Equal(orders.Id, Assert.Single(GroupHarness.Assigned(response)).TopicId);
    }

    [Fact]
    public void Topic_Widened_ItsNewPartitionsAreHandedOut()
    {
        _harness.Topics.Create("orders", 1);
        _harness.Join("a", "orders");
        _harness.Topics.Widen("orders", 3);

        Assert.Equal(3, GroupHarness.Assigned(_harness.Beat("a", 2)).Count);
    }

    [Fact]
    public void Topic_Deleted_IsTakenAway()
    {
        _harness.Topics.Create("orders", 1);
        _harness.Topics.Create("payments", 1);
        var owned = GroupHarness.Assigned(_harness.Join("a", "orders", "payments"));
        _harness.Topics.Delete("orders");

        Assert.Single(GroupHarness.Assigned(_harness.Beat("a", 2)));
        Assert.Equal(3, _harness.Beat("a", 2, owned[1..]).MemberEpoch);
    }

    [Fact]
    public void Topic_NobodySubscribesTo_ChangesNothing()
    {
        _harness.Topics.Create("orders", 1);
        _harness.Join("a", "orders");
        _harness.Topics.Create("payments", 1);

        Assert.Equal(2, _harness.Beat("a", 2).MemberEpoch);
        Assert.Empty(_harness.LastRecords);
    }

    [Fact]
    public void Regex_MatchesWholeNames_AndFollowsNewTopics()
    {
        var orders = _harness.Topics.Create("orders-eu", 1);
        _harness.Topics.Create("old-orders-eu", 1);

        var joined = _harness.Heartbeat(ByRegex("a", "orders-.*"));
        Assert.Equal(orders.Id, Assert.Single(GroupHarness.Assigned(joined)).TopicId);
        Assert.True(_harness.Group.IsSubscribedTo("orders-eu"));
        Assert.False(_harness.Group.IsSubscribedTo("old-orders-eu"));

        _harness.Topics.Create("orders-us", 1);
        var after = _harness.Beat("a", joined.MemberEpoch);
        Assert.Equal(2, GroupHarness.Assigned(after).Count);
    }

    [Fact]
    public void Regex_MatchingNothing_NeedsNoEpochUntilItDoes()
    {
        var joined = _harness.Heartbeat(ByRegex("a", "orders-.*"));
        Assert.Equal(1, joined.MemberEpoch);
        Assert.Empty(GroupHarness.Assigned(joined));

        _harness.Topics.Create("orders-eu", 2);

        var after = _harness.Beat("a", 1);
        Assert.Equal(2, after.MemberEpoch);
        Assert.Equal(2, GroupHarness.Assigned(after).Count);
    }

    [Fact]
    public void Regex_LastUserLeaves_IsForgotten()
    {
        _harness.Heartbeat(ByRegex("a", "o.*"));
        _harness.Heartbeat(ByRegex("b", "o.*"));
        _harness.Beat("a", -1);
        Assert.Single(_harness.Group.State.Regexes);

        _harness.Beat("b", -1);

        Assert.Empty(_harness.Group.State.Regexes);
    }

    [Fact]
    public void Regex_GivenUpForNames_IsForgotten()
    {
        _harness.Topics.Create("orders", 1);
        _harness.Heartbeat(ByRegex("a", "o.*"));

        var change = new ConsumerGroupHeartbeatRequest
        {
            MemberId = "a",
            MemberEpoch = 2,
            SubscribedTopicNames = ["orders"],
            SubscribedTopicRegex = "",
        };

        Assert.Equal(3, _harness.Heartbeat(change).MemberEpoch);
        Assert.Empty(_harness.Group.State.Regexes);
        Assert.Single(_harness.Group.State.Owners);
    }

    [Theory]
    [InlineData("orders[")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)b")]
    [InlineData("((a{1000}){1000}){1000}")]
    public void Regex_NotValid_IsRefused(string regex)
    {
        var response = _harness.Heartbeat(ByRegex("a", regex));

        Assert.Equal(ErrorCode.InvalidRegularExpression, response.ErrorCode);
        Assert.StartsWith($"SubscribedTopicRegex `{regex}` is not a valid regular expression: ", response.ErrorMessage);
        Assert.Empty(_harness.LastRecords);
    }

    [Theory]
    [InlineData(@"\Qa.b\E.*", "a.bc", "axbc")]
    [InlineData("(?P<kind>a|b)-x", "a-x", "c-x")]
    [InlineData(@"a\.b", "a.b", "axb")]
    public void Regex_InRe2sLanguage_IsUnderstood(string regex, string matching, string other)
    {
        var topic = _harness.Topics.Create(matching, 1);
        _harness.Topics.Create(other, 1);

        var response = _harness.Heartbeat(ByRegex("a", regex));

        Assert.Equal(topic.Id, Assert.Single(GroupHarness.Assigned(response)).TopicId);
    }

    private static ConsumerGroupHeartbeatRequest ByRegex(string memberId, string regex)
    {
        var request = GroupHarness.Joining(memberId);
        request.SubscribedTopicNames = null;
        request.SubscribedTopicRegex = regex;
        return request;
    }
}
