using LogBroker.Client.Consuming.Assignors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>What holds of every assignment, over random groups; a seed replays one that failed.</summary>
public sealed class AssignorTests
{
    private const int Rounds = 300;

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 0, 3, 0, 0, 0, 9 })]
    public void Wire_OfBytesThatAreNoMessage_FailsAsAConsumersFailures(byte[] bytes)
    {
        foreach (var failure in new[]
        {
            Assert.Throws<KafkaException>(() => ConsumerProtocolWire.ReadAssignment(bytes)),
            Assert.Throws<KafkaException>(() => ConsumerProtocolWire.ReadSubscription(bytes)),
        })
        {
            Assert.Equal(ErrorCode.InconsistentGroupProtocol, failure.ErrorCode);
        }
    }

    public static TheoryData<string> Names => ["range", "roundrobin", "sticky", "cooperative-sticky"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Assign_RandomGroup_GivesEachPartitionToOneSubscribedMember(string name)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var topics = RandomTopics(random);
            var members = RandomMembers(random, topics);
            var assigned = Find(name).Assign(members, topics);

            var owners = assigned.SelectMany(member => member.Value.Select(partition => (partition, member.Key))).ToList();
            var wanted = topics.Where(topic => members.Any(member => member.Topics.Contains(topic.Key))).Sum(topic => topic.Value);
            string which = $"seed {seed} round {round}";
            Assert.True(owners.Count == owners.DistinctBy(owner => owner.partition).Count(), which);
            Assert.True(wanted == owners.Count, which);
            Assert.All(owners, owner => Assert.Contains(owner.partition.Topic, members.Single(m => m.MemberId == owner.Key).Topics));
            Assert.True(members.All(member => assigned.ContainsKey(member.MemberId)), which);
        }
    }

    [Theory]
    [InlineData("roundrobin")]
    [InlineData("sticky")]
    [InlineData("cooperative-sticky")]
    public void Assign_AllSubscribedToAll_DiffersByOneAtMost(string name)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var topics = RandomTopics(random);
            var members = Enumerable.Range(0, random.Next(1, 9)).Select(index => Member($"m{index}", topics.Keys)).ToList();
            var counts = Find(name).Assign(members, topics).Values.Select(partitions => partitions.Count).ToList();
            Assert.True(counts.Max() - counts.Min() <= 1, $"seed {seed} round {round}: {string.Join(' ', counts)}");
        }
    }

    [Fact]
    public void Sticky_RandomSubscriptions_LeavesNothingToMove()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var topics = RandomTopics(random);
            var members = RandomMembers(random, topics);
            var assigned = new StickyAssignor().Assign(members, topics);
            foreach (var from in members)
            {
                foreach (var to in members)
                {
                    bool mayTake = assigned[from.MemberId].Any(partition => to.Topics.Contains(partition.Topic));
                    bool isUnfair = assigned[to.MemberId].Count + 2 <= assigned[from.MemberId].Count;
                    Assert.False(mayTake && isUnfair, $"seed {seed} round {round}: {from.MemberId} to {to.MemberId}");
                }
            }
        }
    }

    [Theory]
    [InlineData("sticky")]
    [InlineData("cooperative-sticky")]
    public void Sticky_MemberLeaves_OthersKeepAllTheyHad(string name)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var topics = RandomTopics(random);
            var members = Enumerable.Range(0, random.Next(2, 9)).Select(index => Member($"m{index}", topics.Keys)).ToList();
            var before = Find(name).Assign(members, topics);
            var left = members.Skip(1).Select(member => member with { Owned = [.. before[member.MemberId]], Generation = 1 }).ToList();
            var after = Find(name).Assign(left, topics);
            foreach (var member in left)
                Assert.True(before[member.MemberId].All(after[member.MemberId].Contains), $"seed {seed} round {round}");
        }
    }

    [Fact]
    public void Sticky_MemberJoins_MovesNoMoreThanItsShare()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var topics = RandomTopics(random);
            var members = Enumerable.Range(0, random.Next(1, 9)).Select(index => Member($"m{index}", topics.Keys)).ToList();
            var before = new StickyAssignor().Assign(members, topics);
            List<GroupMember> joined =
            [
                .. members.Select(member => member with { Owned = [.. before[member.MemberId]], Generation = 1 }),
                Member("new", topics.Keys),
            ];
            var after = new StickyAssignor().Assign(joined, topics);
            int moved = members.Sum(member => before[member.MemberId].Except(after[member.MemberId]).Count());
            Assert.True(moved == after["new"].Count, $"seed {seed} round {round}: {moved} moved for {after["new"].Count}");
        }
    }

    [Fact]
    public void Cooperative_PartitionThatMoves_IsFirstTakenThenGiven()
    {
        var topics = new Dictionary<string, int> { ["t"] = 4 };
        TopicPartition[] all = [.. Enumerable.Range(0, 4).Select(index => new TopicPartition("t", index))];
        var assignor = new CooperativeStickyAssignor();
        var old = Member("old", ["t"]) with { Owned = [.. all], Generation = 3 };

        var first = assignor.Assign([old, Member("new", ["t"])], topics);
        var second = assignor.Assign([old with { Owned = [.. first["old"]], Generation = 4 }, Member("new", ["t"]) with { Generation = 4 }], topics);

        Assert.Equal((2, 0), (first["old"].Count, first["new"].Count));
        Assert.Equal((2, 2), (second["old"].Count, second["new"].Count));
        Assert.Equal(first["old"], second["old"]);
    }

    [Fact]
    public void StickyUserData_WrittenAndRead_IsTheSame()
    {
        var assignor = new StickyAssignor();
        TopicPartition[] owned = [new("a", 0), new("a", 5), new("b", 1)];
        var subscription = new LogBroker.Protocol.Messages.ConsumerProtocolSubscription
        {
            Topics = ["a", "b"],
            UserData = assignor.UserData(owned, 17).AsMemory(),
        };
        var read = assignor.ReadOwned(ConsumerProtocolWire.ReadSubscription(ConsumerProtocolWire.Write(subscription)));
        Assert.Equal(owned, read.Owned);
        Assert.Equal(17, read.Generation);
        Assert.Equal(owned, ConsumerProtocolWire.ReadAssignment(ConsumerProtocolWire.WriteAssignment(owned)));
    }

    private static IPartitionAssignor Find(string name) => name switch
    {
        "range" => new RangeAssignor(),
        "roundrobin" => new RoundRobinAssignor(),
        "sticky" => new StickyAssignor(),
        _ => new CooperativeStickyAssignor(),
    };

    private static Dictionary<string, int> RandomTopics(Random random) =>
        Enumerable.Range(0, random.Next(1, 6)).ToDictionary(index => $"t{index}", _ => random.Next(1, 12));

    private static List<GroupMember> RandomMembers(Random random, Dictionary<string, int> topics)
    {
        var members = new List<GroupMember>();
        for (int index = random.Next(1, 8); index > 0; index--)
            members.Add(Member($"m{index}", topics.Keys.Where(_ => random.Next(3) > 0)));
        return members;
    }

    private static GroupMember Member(string id, IEnumerable<string> topics) => new() { MemberId = id, Topics = [.. topics] };
}
