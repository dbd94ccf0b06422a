namespace LogBroker.Interop.Tests;

/// <summary>The judge of the group tests: that it sees what must not happen.</summary>
public sealed class ConsumerProtocolHistoryTests : IDisposable
{
    private readonly ConsumerProtocolHistory _history = new(partitions: 2);

    public void Dispose() => _history.Dispose();

    [Fact]
    public void History_InOrder_IsCounted()
    {
        Say("a assigned 0,1", "a record 0 0", "a record 0 1", "a committed 0 2", "a revoked 0", "b assigned 0", "b record 0 2");

        Assert.Equal(3, _history.Processed);
        Assert.Equal([2, 0], _history.Committed);
        Assert.Equal(1, _history.Owners["a"]);
        Assert.Equal(1, _history.Owners["b"]);
    }

    [Fact]
    public void MemberKilledBeforeItsCommit_TheNextOneMayRepeat()
    {
        Say("a assigned 0", "a record 0 0", "a committed 0 1", "a record 0 1");
        _history.SayKilled("a");
        Say("b assigned 0", "b record 0 1");

        Assert.Equal((2, 1), (_history.Processed, _history.Repetitions));
    }

    [Theory]
    [InlineData("a assigned 0", "b assigned 0")]
    [InlineData("a assigned 0", "b record 0 0")]
    [InlineData("a assigned 0", "a revoked 0", "a record 0 0")]
    [InlineData("a assigned 0", "b revoked 0")]
    [InlineData("a assigned 0", "a record 0 1")]
    [InlineData("a assigned 0", "a record 0 0", "a committed 0 1", "a record 0 0")]
    [InlineData("a assigned 0", "a record 0 0", "a committed 0 2")]
    [InlineData("a assigned 0", "a record 0 0", "a committed 0 1", "a committed 0 0")]
    [InlineData("a assigned 0", "a closed")]
    [InlineData("a nonsense")]
    public void History_RuleBroken_IsRefused(params string[] lines) =>
        Assert.Throws<InvalidOperationException>(() => Say(lines));

    [Fact]
    public void Line_CutByTheEndOfTheFile_IsReadWhenItIsWhole()
    {
        File.AppendAllText(_history.Path, "a assi");
        _history.ReadOn();
        Assert.Empty(_history.Owners);

        Say("gned 0");

        Assert.Equal(1, _history.Owners["a"]);
    }

    private void Say(params string[] lines)
    {
        File.AppendAllText(_history.Path, string.Concat(lines.Select(line => $"{line}\n")));
        _history.ReadOn();
    }
}
