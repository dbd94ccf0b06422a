namespace LogBroker.Storage.Tests.Support;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class TestTime : TimeProvider
{
    private DateTimeOffset _now = new(2031, 3, 9, 1, 2, 3, TimeSpan.Zero);

    public long Milliseconds => _now.ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
