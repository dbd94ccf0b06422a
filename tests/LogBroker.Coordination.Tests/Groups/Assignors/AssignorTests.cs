using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Assignors;

namespace LogBroker.Coordination.Tests.Groups.Assignors;

public sealed class AssignorTests
{
    private static readonly Guid Orders = new("11111111-0000-0000-0000-000000000000");
    private static readonly Guid Payments = new("22222222-0000-0000-0000-000000000000");

    [Fact]
    public void Range_MoreMembersThanPartitions_TheLastGetNone()
    {
        var assignment = new RangeAssignor().Assign(Group(Topics((Orders, 2)), Member("a", Orders), Member("b", Orders), Member("c", Orders)));

        Assert.Equal([0], Partitions(assignment["a"], Orders));
        Assert.Equal([1], Partitions(assignment["b"], Orders));
        Assert.True(assignment["c"].IsEmpty);
    }

    [Fact]
    public void Range_UnevenPartitions_TheFirstGetOneMore()
    {
        var assignment = new RangeAssignor().Assign(
            Group(Topics((Orders, 5), (Payments, 5)), Member("a", Orders, Payments), Member("b", Orders, Payments)));

        Assert.Equal([0, 1, 2], Partitions(assignment["a"], Orders));
        Assert.Equal([0, 1, 2], Partitions(assignment["a"], Payments));
        Assert.Equal([3, 4], Partitions(assignment["b"], Payments));
    }

    [Fact]
    public void Range_StaticMembers_ComeFirstInTheOrderOfTheirInstances()
    {
        var assignment = new RangeAssignor().Assign(Group(
            Topics((Orders, 3)),
            Member("a", Orders),
            Member("y", Orders) with { InstanceId = "one" },
            Member("x", Orders) with { InstanceId = "two" }));

        Assert.Equal([0], Partitions(assignment["y"], Orders));
        Assert.Equal([1], Partitions(assignment["x"], Orders));
        Assert.Equal([2], Partitions(assignment["a"], Orders));
    }

    [Fact]
    public void Uniform_RacksKnown_FreePartitionsGoToTheirRack()
    {
        var racks = ImmutableArray.Create<ImmutableArray<string>>(["east"], ["west"], ["east"], ["west"]);
        var topics = new Dictionary<Guid, TopicSpec> { [Orders] = new(4, racks) };

        var assignment = new UniformAssignor().Assign(Group(
            topics, Member("a", Orders) with { RackId = "west" }, Member("b", Orders) with { RackId = "east" }));

        Assert.Equal([1, 3], Partitions(assignment["a"], Orders));
        Assert.Equal([0, 2], Partitions(assignment["b"], Orders));
    }

    [Fact]
    public void Uniform_DifferentSubscriptions_TheOnlySubscriberGetsAllAndTheOtherTheRest()
    {
        var assignment = new UniformAssignor().Assign(
            Group(Topics((Orders, 2), (Payments, 4)), Member("a", Orders, Payments), Member("b", Orders)));

        Assert.Equal([0, 1, 2, 3], Partitions(assignment["a"], Payments));
        Assert.Equal([0, 1], Partitions(assignment["b"], Orders));
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("range")]
    public void Assign_NobodySubscribesToAnything_EverybodyHasNothing(string name)
    {
        var assignment = PartitionAssignors.Find(name)!.Assign(Group(Topics(), Member("a"), Member("b")));

        Assert.All(assignment, member => Assert.True(member.Value.IsEmpty));
        Assert.Equal(2, assignment.Count);
    }

    [Fact]
    public void Uniform_SomeDifferAndOneSubscribesToNothing_IsServed()
    {
        var assignment = new UniformAssignor().Assign(Group(Topics((Orders, 3)), Member("a"), Member("b", Orders)));

        Assert.True(assignment["a"].IsEmpty);
        Assert.Equal(3, assignment["b"].Count);
    }

    [Fact]
    public void Find_UnknownName_IsNull() => Assert.Null(PartitionAssignors.Find("sticky"));

    [Fact]
    public void Assignment_SamePartitionsInAnotherOrder_IsEqual()
    {
        var one = Assignment.Of([new(Payments, 1), new(Orders, 2), new(Orders, 0)]);
        var other = Assignment.Of([new(Orders, 0), new(Orders, 2), new(Payments, 1)]);

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, Assignment.Of([new(Orders, 0), new(Orders, 2)]));
    }

    private static GroupSpec Group(Dictionary<Guid, TopicSpec> topics, params MemberSpec[] members) => new(members, topics);

    private static Dictionary<Guid, TopicSpec> Topics(params (Guid Id, int Partitions)[] topics) =>
        topics.ToDictionary(topic => topic.Id, topic => new TopicSpec(topic.Partitions));

    private static MemberSpec Member(string id, params Guid[] topics) =>
        new(id, null, null, topics.ToHashSet(), Assignment.Empty);

    private static int[] Partitions(Assignment assignment, Guid topic) =>
        [.. assignment.Topics.Where(one => one.TopicId == topic).SelectMany(one => one.Partitions)];
}
