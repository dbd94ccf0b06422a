using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Cleaning;

public sealed class RetentionTests
{
    private static readonly LogOptions Small = new() { SegmentBytes = 400, RetentionTime = null };

    [Fact]
    public void BySize_KeepsAtLeastSoMuch()
    {
        using var store = new StoreFixture(options: Small with { RetentionBytes = 1000 });
        Fill(store, 40);
        long size = store.Log.SizeInBytes;
        store.Flush();

        int removed = store.Store.RunRetention();

        Assert.InRange(removed, 1, 20);
        Assert.InRange(store.Log.SizeInBytes, 1000, 1400);
        Assert.True(store.Log.LogStartOffset > Offset.Zero);
        using LogReadResult below = store.Log.Read(Offset.Zero, 10, store.Log.LogEndOffset, atLeastOneBatch: true);
        Assert.Equal(ErrorCode.OffsetOutOfRange, below.Error);
        Assert.Equal(40 - store.Log.LogStartOffset.Value, Batches.ReadAll(store.Log, store.Log.LogStartOffset).Count);
        Assert.True(size > store.Log.SizeInBytes);
    }

    [Fact]
    public void ByTime_TakesTheActiveSegmentToo()
    {
        using var store = new StoreFixture(options: Small with { RetentionTime = TimeSpan.FromHours(1) });
        Fill(store, 10);
        store.Flush();
        Assert.Equal(0, store.Store.RunRetention());
        store.Time.Advance(TimeSpan.FromHours(1.1));

        store.Store.RunRetention();

        Assert.Equal((new Offset(10), new Offset(10)), (store.Log.LogStartOffset, store.Log.LogEndOffset));
        Assert.Equal(new Offset(10), store.Append("x").BaseOffset);
        store.Restart();
        Assert.Equal(new Offset(10), store.Log.LogStartOffset);
        Assert.Single(Batches.ReadAll(store.Log, new Offset(10)));
    }

    [Fact]
    public void BelowTheLogStart_GoesWhateverTheSettings()
    {
        using var store = new StoreFixture(options: Small with { IsDeleted = false, IsCompacted = true });
        Fill(store, 20);
        store.Flush();
        store.Log.AdvanceLogStart(new Offset(13));

        store.Store.RunRetention();

        Assert.Equal(new Offset(13), store.Log.LogStartOffset);
        Assert.Equal(7, Batches.ReadAll(store.Log, new Offset(13)).Count);
        Assert.InRange(store.Log.SegmentCount, 2, 4);
        store.Restart();
        Assert.Equal(new Offset(13), store.Log.LogStartOffset);
        Assert.Contains("orders 0 13", File.ReadAllText(Path.Combine(store.Path, "log-start-offset-checkpoint")), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotDurable_Stays()
    {
        using var store = new StoreFixture(options: Small with { RetentionBytes = 0 });
        Fill(store, 20);

        Assert.Equal(0, store.Log.RunRetention());
    }

    [Fact]
    public void DeletedFiles_StayForTheirDelay_AndReadersFinish()
    {
        using var store = new StoreFixture(options: Small with { RetentionBytes = 0 });
        Fill(store, 20);
        store.Flush();
        using LogReadResult read = store.Log.Read(Offset.Zero, 10, new Offset(20), atLeastOneBatch: true);

        store.Store.RunRetention();

        string[] deleted = Directory.GetFiles(store.PathOf(""), "*.deleted");
        Assert.NotEmpty(deleted);
        store.Time.Advance(TimeSpan.FromMinutes(2));
        store.Store.RunDeletions();
        Assert.Empty(Directory.GetFiles(store.PathOf(""), "*.deleted"));
        Assert.Equal("v0", Batches.Decode(read.Records)[0].Value);
    }

    [Fact]
    public void AdvanceLogStart_BeyondTheEnd_IsOutOfRange()
    {
        using var store = new StoreFixture();
        store.Append("a");

        Assert.Equal(ErrorCode.OffsetOutOfRange, store.Log.AdvanceLogStart(new Offset(2)));
    }

    private static void Fill(StoreFixture store, int count)
    {
        for (int number = 0; number < count; number++) store.Append($"v{number}");
    }
}
