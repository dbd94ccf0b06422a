using LogBroker.Server.Hosting;
using LogBroker.Tests;

namespace LogBroker.Server.Tests.Hosting;

public sealed class ConnectionWatchTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly ConnectionWatch _watch;

    public ConnectionWatchTests() => _watch = new ConnectionWatch(TestSettings.Ephemeral().Listeners[0], _time);

    [Fact]
    public void Receiving_OneByteNowAndThen_IsTooLongAfterTheTimeout()
    {
        for (int second = 0; second <= 30; second++)
        {
            _watch.MarkReceiving(5 + second);
            Assert.False(_watch.IsReceivingTooLong(Timeout));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_watch.IsReceivingTooLong(Timeout));
    }

    [Fact]
    public void Receiving_MuchSlowlyButSteadily_IsNotTooLong()
    {
        for (int second = 0; second < 600; second++)
        {
            _watch.MarkReceiving(second * 100_000L + 1);
            Assert.False(_watch.IsReceivingTooLong(Timeout));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Receiving_RequestsOneAfterTheOther_EachHasItsOwnTime()
    {
        for (int request = 0; request < 10; request++)
        {
            _watch.MarkReceiving(0);
            _watch.MarkReceiving(100);
            Assert.False(_watch.IsReceivingTooLong(Timeout));
            _time.Advance(TimeSpan.FromSeconds(20));
            Assert.False(_watch.IsReceivingTooLong(Timeout));
        }
    }
}
