using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Server.Sessions;
using LogBroker.Tests;

namespace LogBroker.Server.Tests.Sessions;

public sealed class FetchSessionCacheTests
{
    private readonly ManualTimeProvider _time = new();
    private int _lastId;

    [Fact]
    public void Open_FullWithEpochZero_CreatesSession()
    {
        FetchSessionCache cache = Cache(slots: 10);

        FetchContext context = cache.Open(Request(0, 0, Target(0), Target(1)));

        Assert.Equal(ErrorCode.None, context.Error);
        Assert.NotEqual(0, context.SessionId);
        Assert.Equal(2, context.Targets.Count);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Open_WithEpochMinusOne_IsSessionless()
    {
        FetchSessionCache cache = Cache(slots: 10);

        FetchContext context = cache.Open(Request(0, -1, Target(0)));

        Assert.Equal(0, context.SessionId);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Open_Incremental_RemembersPartitionsAndTellsOnlyNews()
    {
        FetchSessionCache cache = Cache(slots: 10);
        FetchContext full = cache.Open(Request(0, 0, Target(0), Target(1)));
        Assert.True(Includes(full, 0, 5, hasRecords: true));
        Assert.True(Includes(full, 1, 7, hasRecords: false));

        FetchContext next = cache.Open(Request(full.SessionId, 1, Target(0, offset: 5)));

        Assert.Equal(full.SessionId, next.SessionId);
        Assert.Equal([0, 1], next.Targets.Select(t => t.Key.Partition));
        Assert.False(Includes(next, 1, 7, hasRecords: false));
        Assert.True(Includes(next, 1, 8, hasRecords: false));
        Assert.True(Includes(next, 0, 6, hasRecords: true));
        FetchContext last = cache.Open(Request(full.SessionId, 2));
        Assert.Equal([1, 0], last.Targets.Select(t => t.Key.Partition));
    }

    [Fact]
    public void Open_Incremental_ServesThoseThatHadTheirTurnLast()
    {
        FetchSessionCache cache = Cache(slots: 10);
        FetchContext full = cache.Open(Request(0, 0, Target(0), Target(1)));
        FetchContext second = cache.Open(Request(full.SessionId, 1));
        Assert.True(Includes(second, 0, 5, hasRecords: true));

        FetchContext third = cache.Open(Request(full.SessionId, 2));

        Assert.Equal([1, 0], third.Targets.Select(t => t.Key.Partition));
    }

    [Fact]
    public void Open_IncrementalWithForgotten_NoLongerServesThem()
    {
        FetchSessionCache cache = Cache(slots: 10);
        FetchContext full = cache.Open(Request(0, 0, Target(0), Target(1)));

        FetchContext next = cache.Open(new FetchSessionRequest(full.SessionId, 1, false, [], [Target(0).Key]));
        Assert.Equal([1], next.Targets.Select(t => t.Key.Partition));

        FetchContext empty = cache.Open(new FetchSessionRequest(full.SessionId, 2, false, [], [Target(1).Key]));
        Assert.Equal(0, empty.SessionId);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Open_UnknownSessionOrWrongEpochOrOtherNaming_IsRefused()
    {
        FetchSessionCache cache = Cache(slots: 10);
        FetchContext full = cache.Open(Request(0, 0, Target(0)));

        Assert.Equal(ErrorCode.FetchSessionIdNotFound, cache.Open(Request(full.SessionId + 1, 1)).Error);
        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, cache.Open(Request(full.SessionId, 2)).Error);
        Assert.Equal(
            ErrorCode.FetchSessionTopicIdError,
            cache.Open(new FetchSessionRequest(full.SessionId, 1, true, [], [])).Error);
    }

    [Fact]
    public void Open_CacheFull_EvictsOnlyTheLongIdle()
    {
        FetchSessionCache cache = Cache(slots: 2);
        int first = cache.Open(Request(0, 0, Target(0))).SessionId;
        int second = cache.Open(Request(0, 0, Target(0))).SessionId;

        Assert.Equal(0, cache.Open(Request(0, 0, Target(0))).SessionId);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ErrorCode.None, cache.Open(Request(first, 1)).Error);
        _time.Advance(TimeSpan.FromSeconds(70));

        Assert.NotEqual(0, cache.Open(Request(0, 0, Target(0))).SessionId);
        Assert.Equal(ErrorCode.None, cache.Open(Request(first, 2)).Error);
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, cache.Open(Request(second, 1)).Error);
    }

    private FetchSessionCache Cache(int slots) => new(_time, slots, () => ++_lastId);

    private static FetchSessionRequest Request(int id, int epoch, params FetchTarget[] targets) =>
        new(id, epoch, false, targets, []);

    private static FetchTarget Target(int partition, long offset = 0) => new(
        new FetchKey(Guid.Empty, "t", partition), new Offset(offset), 1000, LeaderEpoch.None, LeaderEpoch.None);

    private static bool Includes(FetchContext context, int partition, long highWatermark, bool hasRecords) =>
        context.Includes(Target(partition).Key, new Offset(highWatermark), Offset.Zero, hasRecords, mustSend: false);
}
