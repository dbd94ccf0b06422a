using System.Buffers;
using LogBroker.Client.Consuming.Fetching;

namespace LogBroker.Client.Tests.Consuming;

public sealed class FetchMemoryTests
{
    [Fact]
    public void Rent_RandomBlocks_NeverOverlapAndStayInTheBudget()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        const long Budget = 4 * 1024 * 1024;
        using var memory = new FetchMemory(Budget);
        var rented = new List<(IMemoryOwner<byte> Owner, byte Mark)>();
        for (int step = 0; step < 5_000; step++)
        {
            if (rented.Count > 0 && random.Next(2) == 0)
            {
                int index = random.Next(rented.Count);
                var (owner, mark) = rented[index];
                rented.RemoveAt(index);
                Assert.True(owner.Memory.Span.IndexOfAnyExcept(mark) < 0, $"seed {seed} step {step}");
                owner.Dispose();
            }
            else if (memory.RentedBytes < Budget / 2)
            {
                var owner = memory.Rent(random.Next(1, 200_000));
                byte mark = (byte)random.Next(256);
                owner.Memory.Span.Fill(mark);
                rented.Add((owner, mark));
            }
            Assert.True(memory.HeldBytes <= Budget, $"seed {seed} step {step}");
        }
        foreach (var (owner, _) in rented) owner.Dispose();
        Assert.Equal(0, memory.RentedBytes);
        using var whole = memory.Rent(memory.BlockBytesMax); // The halves have become one again.
        Assert.True(memory.HeldBytes <= Budget);
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(1_000_000)]
    [InlineData(64L * 1024 * 1024)]
    [InlineData(1L << 32)]
    public void Budget_LeavesAQuarterToWhatElseReadingTakes(long budget)
    {
        using var memory = new FetchMemory(budget);

        Assert.InRange(memory.BudgetBytes, budget * 6 / 10, budget * 3 / 4);
        Assert.Equal(0, memory.BudgetBytes % memory.BlockBytesMax);
    }

    [Fact]
    public void Rent_MoreThanTheBudget_IsGivenAndLeftToTheCollector()
    {
        using var memory = new FetchMemory(1024 * 1024);
        using (var large = memory.Rent(3_000_000)) Assert.Equal(3_000_000, large.Memory.Length);
        Assert.Equal((0, 0), (memory.RentedBytes, memory.HeldBytes));
    }
}
