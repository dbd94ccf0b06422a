using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Logs;

public sealed class PartitionLogTests
{
    [Fact]
    public void AppendAsLeader_GivesAscendingOffsets_AndReadsBack()
    {
        using var store = new StoreFixture();

        LogAppendResult first = store.Append("a", "b");
        LogAppendResult second = store.Append("c");

        Assert.Equal((ErrorCode.None, new Offset(0), new Offset(1)), (first.Error, first.BaseOffset, first.LastOffset));
        Assert.Equal((new Offset(2), new Offset(2)), (second.BaseOffset, second.LastOffset));
        Assert.Equal(new Offset(3), store.Log.LogEndOffset);
        Assert.Equal(["a", "b", "c"], Batches.ReadAll(store.Log, Offset.Zero).Select(record => record.Value));
        Assert.Equal(["c"], Batches.ReadAll(store.Log, new Offset(2)).Select(record => record.Value));
    }

    [Fact]
    public void DurableEndOffset_FollowsOnlyTheFlusher()
    {
        using var store = new StoreFixture();
        store.Append("a", "b");
        Assert.Equal(Offset.Zero, store.Log.DurableEndOffset);
        int advanced = 0;
        store.Log.DurableEndAdvanced = _ => advanced++;

        store.Flush();

        Assert.Equal(new Offset(2), store.Log.DurableEndOffset);
        Assert.Equal(1, advanced);
    }

    [Fact]
    public void Read_StopsBelowTheLimit()
    {
        using var store = new StoreFixture();
        for (int number = 0; number < 10; number++) store.Append($"v{number}");

        using LogReadResult result = store.Log.Read(new Offset(2), 1 << 20, new Offset(5), atLeastOneBatch: true);

        Assert.Equal(["v2", "v3", "v4"], Batches.Decode(result.Records).Select(record => record.Value));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Read_OutsideTheLog_IsOutOfRange(long from)
    {
        using var store = new StoreFixture();
        store.Append("a");

        using LogReadResult result = store.Log.Read(new Offset(from), 100, new Offset(1), atLeastOneBatch: true);

        Assert.Equal(ErrorCode.OffsetOutOfRange, result.Error);
    }

    [Fact]
    public void Append_BeyondSegmentBytes_RollsAndReadsAcross()
    {
        using var store = new StoreFixture(options: new LogOptions { SegmentBytes = 400, IndexIntervalBytes = 100 });
        for (int number = 0; number < 50; number++) store.Append($"value-{number}");

        Assert.InRange(store.Log.SegmentCount, 10, 50);
        Assert.Equal(50, Batches.ReadAll(store.Log, Offset.Zero).Count);

        store.Restart();

        Assert.Equal(new Offset(50), store.Log.LogEndOffset);
        Assert.Equal(50, Batches.ReadAll(store.Log, Offset.Zero).Count);
        Assert.Equal(StoreFixture.TopicId, store.Log.TopicId);
    }
}
