using LogBroker.Coordination.Runtime;

namespace LogBroker.Coordination.Tests.Runtime;

public sealed class CoordinatorPartitionsTests
{
    /// <summary>"polygenelubricants" is the classic text whose Java hash is the smallest number there is.</summary>
    [Theory]
    [InlineData("g1", 42)]
    [InlineData("g2", 43)]
    [InlineData("", 0)]
    [InlineData("polygenelubricants", 0)]
    public void PartitionOf_Name_IsKafkas(string name, int expected) =>
        Assert.Equal(expected, CoordinatorPartitions.PartitionOf(name, 50));
}
