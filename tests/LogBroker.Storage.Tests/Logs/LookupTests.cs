using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Logs;

public sealed class LookupTests
{
    [Fact]
    public void FindByTimestamp_AgreesWithASearchThroughEverything()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        using var store = new StoreFixture(
            options: new LogOptions { SegmentBytes = 2000, IndexIntervalBytes = 150, TimestampAfterMaxMilliseconds = long.MaxValue });
        var all = new List<TimestampAndOffset>();
        for (int batch = 0; batch < 200; batch++)
        {
            CompressionType type = (CompressionType)random.Next(5);
            using var builder = new RecordBatchBuilder(
                new RecordBatchOptions { Codec = type == CompressionType.None ? null : CompressionCodecs.Get(type) });
            int count = random.Next(1, 5);
            for (int record = 0; record < count; record++)
            {
                long timestamp = (batch * 10) + random.Next(-60, 60) + 100;
                builder.Append(timestamp, "k"u8, "v"u8);
                all.Add(new TimestampAndOffset(timestamp, new Offset(all.Count), new LeaderEpoch(batch / 50)));
            }

            Assert.True(store.AppendBatch(builder.Build().ToArray(), epoch: batch / 50).IsAppended);
        }

        for (int check = 0; check < 2; check++)
        {
            for (long timestamp = 0; timestamp < 2300; timestamp += random.Next(1, 20))
            {
                TimestampAndOffset? expected = all.Where(record => record.Timestamp >= timestamp)
                    .Select(record => (TimestampAndOffset?)record).FirstOrDefault();
                Assert.True(expected == store.Log.FindByTimestamp(timestamp), $"seed {seed}, timestamp {timestamp}");
            }

            long latest = all.Max(record => record.Timestamp);
            Assert.Equal(all.First(record => record.Timestamp == latest), store.Log.FindMaxTimestamp());
            store.Restart();
        }
    }

    [Fact]
    public void FindByTimestamp_RespectsTheLogStart()
    {
        using var store = new StoreFixture();
        store.AppendBatch(Batches.Of(100, "a", "b"));
        store.AppendBatch(Batches.Of(50, "c"));
        store.Log.AdvanceLogStart(new Offset(1));

        Assert.Equal(new Offset(1), store.Log.FindByTimestamp(60)?.Offset);
        store.Log.AdvanceLogStart(new Offset(2));
        Assert.Null(store.Log.FindByTimestamp(60));
    }

    [Fact]
    public void FindMaxTimestamp_OfNothing_IsNothing()
    {
        using var store = new StoreFixture();
        Assert.Null(store.Log.FindMaxTimestamp());
        Assert.Null(store.Log.FindByTimestamp(0));
    }

    [Fact]
    public void EndOffsetOf_FollowsTheEpochs()
    {
        using var store = new StoreFixture();
        foreach (int epoch in (int[])[2, 2, 5, 7]) store.AppendBatch(Batches.Of(1, "a"), epoch: epoch);

        for (int check = 0; check < 2; check++)
        {
            Assert.Equal(new EpochEnd(new LeaderEpoch(1), new Offset(0)), store.Log.EndOffsetOf(new LeaderEpoch(1)));
            Assert.Equal(new EpochEnd(new LeaderEpoch(2), new Offset(2)), store.Log.EndOffsetOf(new LeaderEpoch(2)));
            Assert.Equal(new EpochEnd(new LeaderEpoch(2), new Offset(2)), store.Log.EndOffsetOf(new LeaderEpoch(4)));
            Assert.Equal(new EpochEnd(new LeaderEpoch(7), new Offset(4)), store.Log.EndOffsetOf(new LeaderEpoch(7)));
            Assert.Equal(EpochEnd.Unknown, store.Log.EndOffsetOf(new LeaderEpoch(8)));
            Assert.Equal(EpochEnd.Unknown, store.Log.EndOffsetOf(LeaderEpoch.None));
            Assert.Equal(new LeaderEpoch(5), store.Log.EpochOf(new Offset(2)));
            if (check == 0) store.Restart();
        }

        Assert.Equal("0\n3\n2 0\n5 2\n7 3\n", File.ReadAllText(store.PathOf("leader-epoch-checkpoint")));
        store.Log.TruncateTo(new Offset(2));
        Assert.Equal(new LeaderEpoch(2), store.Log.LatestEpoch);
    }

    [Fact]
    public void AppendAsFollower_KeepsOffsetsAndEpochs()
    {
        using var leader = new StoreFixture();
        using var follower = new StoreFixture();
        for (int number = 0; number < 5; number++) leader.AppendBatch(Batches.Of(1, $"v{number}"), epoch: number / 2);
        using LogReadResult read = leader.Log.Read(Offset.Zero, 1 << 20, new Offset(5), atLeastOneBatch: true);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        read.Records.CopyTo(writer);

        LogAppendResult result = follower.Log.AppendAsFollower(writer.WrittenSpan.ToArray());

        Assert.Equal((new Offset(0), new Offset(4)), (result.BaseOffset, result.LastOffset));
        Assert.Equal(leader.Log.EndOffsetOf(new LeaderEpoch(1)), follower.Log.EndOffsetOf(new LeaderEpoch(1)));
        Assert.Equal(Batches.ReadAll(leader.Log, Offset.Zero), Batches.ReadAll(follower.Log, Offset.Zero));
        Assert.NotEqual(Protocol.Errors.ErrorCode.None, follower.Log.AppendAsFollower(writer.WrittenSpan.ToArray()).Error);
        follower.Log.TruncateFullyAndStartAt(new Offset(40));
        Assert.Equal((new Offset(40), new Offset(40)), (follower.Log.LogStartOffset, follower.Log.LogEndOffset));
        Assert.Equal(new Offset(40), follower.Append("x").BaseOffset);
        follower.Restart();
        Assert.Single(Batches.ReadAll(follower.Log, new Offset(40)));
    }
}
