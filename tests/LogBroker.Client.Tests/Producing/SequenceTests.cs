using LogBroker.Client.Producing.Batches;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Sequence numbers at their end.</summary>
public sealed class SequenceTests
{
    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(int.MaxValue - 1, 1, int.MaxValue)]
    [InlineData(int.MaxValue, 1, 0)]
    [InlineData(int.MaxValue - 2, 5, 2)]
    public void Add_AtTheEnd_BeginsAgainAtZero(int sequence, int count, int expected) =>
        Assert.Equal(expected, Sequence.Add(sequence, count));
}
