namespace LogBroker.Coordination.Tests.Model;

/// <summary>What may be told of one partition's offset: the last that was acknowledged or seen, or a later attempt whose fate is
/// not known.</summary>
internal sealed class OffsetLedger
{
    private long _last;
    private long _settled = -1;

    public long Attempt() => ++_last;

    public void Acknowledge(long offset) => _settled = Math.Max(_settled, offset);

    public void Check(long told)
    {
        Assert.True(told >= _settled && told <= _last, $"{told} is told; {_settled} was settled and {_last} attempted last.");
        _settled = told;
    }
}
