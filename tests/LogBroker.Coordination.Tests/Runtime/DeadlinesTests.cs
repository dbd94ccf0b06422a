using LogBroker.Coordination.Runtime;

namespace LogBroker.Coordination.Tests.Runtime;

public sealed class DeadlinesTests
{
    private static readonly DateTimeOffset Start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TakeDue_MovedAway_ComesAtItsNewMomentOnce()
    {
        var deadlines = new Deadlines();
        var deadline = new Deadline(_ => default);
        deadlines.Arm(deadline, Start.AddSeconds(1));
        deadlines.Arm(deadline, Start.AddSeconds(5));

        Assert.Null(deadlines.TakeDue(Start.AddSeconds(4)));
        Assert.Equal(Start.AddSeconds(5), deadlines.Next);
        Assert.Same(deadline, deadlines.TakeDue(Start.AddSeconds(5)));
        Assert.Null(deadlines.TakeDue(Start.AddSeconds(60)));
        Assert.Null(deadlines.Next);
    }

    [Fact]
    public void TakeDue_MovedNearer_ComesThenAndNotAgain()
    {
        var deadlines = new Deadlines();
        var deadline = new Deadline(_ => default);
        deadlines.Arm(deadline, Start.AddSeconds(5));
        deadlines.Arm(deadline, Start.AddSeconds(1));

        Assert.Equal(Start.AddSeconds(1), deadlines.Next);
        Assert.Same(deadline, deadlines.TakeDue(Start.AddSeconds(1)));
        Assert.Null(deadlines.TakeDue(Start.AddSeconds(60)));
    }

    [Fact]
    public void TakeDue_DisarmedAndArmedAgain_ComesOnce()
    {
        var deadlines = new Deadlines();
        var deadline = new Deadline(_ => default);
        deadlines.Arm(deadline, Start.AddSeconds(1));
        deadline.Disarm();
        Assert.Null(deadlines.TakeDue(Start.AddSeconds(2)));
        deadlines.Arm(deadline, Start.AddSeconds(3));
        Assert.Same(deadline, deadlines.TakeDue(Start.AddSeconds(3)));
        Assert.Null(deadlines.TakeDue(Start.AddSeconds(60)));
    }
}
