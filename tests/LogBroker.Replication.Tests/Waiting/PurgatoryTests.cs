using LogBroker.Replication.Waiting;
using LogBroker.Tests;

namespace LogBroker.Replication.Tests.Waiting;

public sealed class PurgatoryTests
{
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Park_WatchedListMoves_WakesWithoutExpiry()
    {
        using var purgatory = new Purgatory(_time);
        var list = new WatchList();
        using ParkedRequest request = purgatory.Park([list], LongWait);

        Assert.False(request.Moved.IsCompleted);
        list.WakeAll();

        Assert.True(request.Moved.IsCompletedSuccessfully);
        Assert.False(request.IsExpired);
    }

    [Fact]
    public void Park_TimeIsUp_ExpiresNotEarlyAndAtMostATickLate()
    {
        using var purgatory = new Purgatory(_time);
        using ParkedRequest request = purgatory.Park([new WatchList()], TimeSpan.FromMilliseconds(500));

        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(request.Moved.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(17));

        Assert.True(request.IsExpired);
        Assert.True(request.Moved.IsCompletedSuccessfully);
    }

    [Fact]
    public void Park_BeyondOneTurnOfTheWheel_StillExpiresOnTime()
    {
        using var purgatory = new Purgatory(_time);
        using ParkedRequest request = purgatory.Park([new WatchList()], TimeSpan.FromMinutes(5));

        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(request.IsExpired);
        _time.Advance(TimeSpan.FromMilliseconds(17));

        Assert.True(request.IsExpired);
    }

    [Fact]
    public void Dispose_LeavesNothingBehind()
    {
        using var purgatory = new Purgatory(_time);
        WatchList[] lists = [new(), new(), new()];
        ParkedRequest first = purgatory.Park(lists, LongWait);
        using ParkedRequest second = purgatory.Park(lists, LongWait);

        first.Dispose();

        Assert.Equal(1, purgatory.Count);
        lists[1].WakeAll();
        Assert.True(second.Moved.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Wheel_RandomDelaysAndRemovals_ExpiresExactlyTheRestInTime(int seed)
    {
        using var wheel = new TimingWheel(_time);
        var random = new Random(seed);
        var entries = new List<(ProbeEntry Entry, TimeSpan Due)>();
        TimeSpan now = TimeSpan.Zero;
        for (int step = 0; step < 500; step++)
        {
            TimeSpan delay = TimeSpan.FromMilliseconds(random.Next(0, 9000));
            var entry = new ProbeEntry();
            wheel.Add(entry, delay);
            entries.Add((entry, now + delay));
            if (random.Next(4) == 0) entries[random.Next(entries.Count)].Entry.RemoveFrom(wheel);
            TimeSpan stride = TimeSpan.FromMilliseconds(random.Next(0, 60));
            _time.Advance(stride);
            now += stride;
            foreach ((ProbeEntry probe, TimeSpan due) in entries)
            {
                if (probe.IsRemoved) continue;
                if (due > now) Assert.Equal(0, probe.Expiries);
                else if (due + TimeSpan.FromMilliseconds(8) <= now) Assert.Equal(1, probe.Expiries);
            }
        }

        Assert.Equal(entries.Count(e => !e.Entry.IsRemoved && e.Entry.Expiries == 0), wheel.Count);
    }

    private sealed class ProbeEntry : WheelEntry
    {
        public int Expiries { get; private set; }

        public bool IsRemoved { get; private set; }

        public void RemoveFrom(TimingWheel wheel) => IsRemoved |= wheel.Remove(this);

        protected internal override void OnExpired() => Expiries++;
    }
}
