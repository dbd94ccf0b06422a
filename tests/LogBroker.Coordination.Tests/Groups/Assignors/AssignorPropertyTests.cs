using System.Collections.Immutable;
using LogBroker.Coordination.Groups.Assignors;

namespace LogBroker.Coordination.Tests.Groups.Assignors;

/// <summary>Random histories of groups; a failing one names its seed.</summary>
public sealed class AssignorPropertyTests
{
    private const int Runs = 60;
    private const int StepsPerRun = 30;

    [Theory]
    [InlineData("uniform", true)]
    [InlineData("uniform", false)]
    [InlineData("range", true)]
    [InlineData("range", false)]
    public void Assign_AnyGroup_GivesEachSubscribedPartitionToOneSubscriber(string assignor, bool sameSubscription) =>
        ForRandomGroups(assignor, sameSubscription, (spec, assignment) =>
        {
            Assert.Equal(
                spec.Members.Select(member => member.MemberId).Order(StringComparer.Ordinal),
                assignment.Keys.Order(StringComparer.Ordinal));
            var given = Sorted(assignment.Values.SelectMany(one => one.Partitions));
            var subscribed = Sorted(spec.Members.SelectMany(member => member.Subscribed).Distinct()
                .SelectMany(id => Enumerable.Range(0, spec.Topics[id].Partitions).Select(p => new TopicIdPartition(id, p))));
            Assert.Equal(subscribed, given);
            Assert.All(spec.Members, member => Assert.All(
                assignment[member.MemberId].Topics, topic => Assert.Contains(topic.TopicId, member.Subscribed)));
        });

    [Fact]
    public void Uniform_SameSubscription_IsEvenAndMovesAsLittleAsCanBe() =>
        ForRandomGroups("uniform", sameSubscription: true, (spec, assignment) =>
        {
            if (assignment.IsEmpty) return;
            Assert.InRange(assignment.Values.Max(one => one.Count) - assignment.Values.Min(one => one.Count), 0, 1);

            int total = assignment.Values.Sum(one => one.Count);
            int least = total / spec.Members.Count, larger = total % spec.Members.Count;
            var had = spec.Members.Select(member => member.Current.Partitions.Count(partition => Exists(spec, partition)))
                .ToArray();
            int canStay = had.Sum(count => Math.Min(count, least)) + Math.Min(larger, had.Count(count => count > least));
            Assert.Equal(canStay, Stayed(spec, assignment));
        });

    [Fact]
    public void Uniform_DifferentSubscriptions_NoSinglePartitionCouldLevelTheLoadFurther() =>
        ForRandomGroups("uniform", sameSubscription: false, (spec, assignment) => Assert.All(spec.Members, member =>
        {
            int load = assignment[member.MemberId].Count;
            var others = assignment.Where(other => other.Value.Topics.Any(topic => member.Subscribed.Contains(topic.TopicId)));
            Assert.All(others, other => Assert.True(other.Value.Count - load <= 1));
        }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Uniform_NothingChanged_MovesNothing(bool sameSubscription) =>
        ForRandomGroups("uniform", sameSubscription, (spec, assignment) =>
        {
            var again = spec with
            {
                Members = [.. spec.Members.Reverse().Select(member => member with { Current = assignment[member.MemberId] })],
            };
            var second = new UniformAssignor().Assign(again);
            Assert.All(second, member => Assert.Same(assignment[member.Key], member.Value));
        });

    [Fact]
    public void Range_TopicsWithAsManyPartitions_MeetAtTheSameMembers() =>
        ForRandomGroups("range", sameSubscription: true, (spec, assignment) =>
        {
            foreach (var alike in spec.Topics.Where(topic => spec.Members.First().Subscribed.Contains(topic.Key))
                         .GroupBy(topic => topic.Value.Partitions))
            {
                foreach (var member in assignment.Values)
                {
                    var numbers = alike.Select(topic => string.Join(',', member.Topics
                        .Where(one => one.TopicId == topic.Key).SelectMany(one => one.Partitions)));
                    Assert.Single(numbers.Distinct());
                }
            }
        });

    private static TopicIdPartition[] Sorted(IEnumerable<TopicIdPartition> partitions) =>
        [.. partitions.OrderBy(one => one.TopicId).ThenBy(one => one.Partition)];

    private static bool Exists(GroupSpec spec, TopicIdPartition partition) =>
        spec.Topics.TryGetValue(partition.TopicId, out var topic) && partition.Partition < topic.Partitions;

    private static int Stayed(GroupSpec spec, ImmutableDictionary<string, Assignment> assignment) =>
        spec.Members.Sum(member => member.Current.Partitions.Intersect(assignment[member.MemberId].Partitions).Count());

    private static void ForRandomGroups(
        string name, bool sameSubscription, Action<GroupSpec, ImmutableDictionary<string, Assignment>> check)
    {
        var assignor = PartitionAssignors.Find(name)!;
        (int first, int runs) = int.TryParse(Environment.GetEnvironmentVariable("ASSIGNOR_TEST_SEED"), out int given)
            ? (given, 1)
            : (Environment.TickCount, Runs);
        for (int seed = first; seed < first + runs; seed++)
        {
            try
            {
                var group = new RandomGroup(seed, sameSubscription);
                for (int step = 0; step < StepsPerRun; step++)
                {
                    group.Step();
                    var spec = group.Spec;
                    var assignment = assignor.Assign(spec);
                    if (spec.Members.Count > 0) check(spec, assignment);
                    group.Accept(assignment);
                }
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"ASSIGNOR_TEST_SEED={seed}", fault);
            }
        }
    }
}
