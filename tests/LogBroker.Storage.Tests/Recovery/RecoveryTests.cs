using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Recovery;

public sealed class RecoveryTests
{
    private const string FirstLog = "00000000000000000000.log";

    [Fact]
    public void TornTail_IsCut()
    {
        using var store = new StoreFixture(new SimulatedDisk());
        store.Append("a");
        store.Append("b");
        long size = store.Log.SizeInBytes;
        store.Store.Dispose();
        using (Storage.Disk.IDiskFile file = store.Disk.Open(store.PathOf(FirstLog), Storage.Disk.FileOpening.Existing))
            file.Write(Batches.Of(1, "torn").AsSpan(0, 40), size);

        store.Open();

        Assert.True(store.Log.State.IsOnline);
        Assert.Equal((new Offset(2), size), (store.Log.LogEndOffset, store.Log.SizeInBytes));
        Assert.Equal(new Offset(2), store.Append("c").BaseOffset);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DamageInTheMiddle_IsKeptApart_AndStopsWritesOnly(bool isBelowRecoveryPoint)
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk, new LogOptions { IndexIntervalBytes = 0 });
        var positions = new List<long>();
        for (int number = 0; number < 10; number++)
        {
            positions.Add(store.Log.SizeInBytes);
            store.Append($"v{number}");
        }

        if (isBelowRecoveryPoint) store.Store.WriteCheckpoints();
        store.Append("v10");
        store.Store.Dispose();
        disk.FlipBit(store.PathOf(FirstLog), positions[5] + 65);
        // The index entry below the recovery point leads past the damage unless the scan starts at the front.
        disk.DeleteFile(store.PathOf("00000000000000000000.index"));

        store.Open();

        Assert.Equal(OfflineCause.Corruption, store.Log.State.Cause);
        Assert.Equal(new Offset(11), store.Log.LogEndOffset);
        Assert.Equal(
            ["v0", "v1", "v2", "v3", "v4", "v6", "v7", "v8", "v9", "v10"],
            Batches.ReadAll(store.Log, Offset.Zero).Select(record => record.Value));
        Assert.Equal(["v6"], ReadSome(store, 5, 7));
        Assert.Equal(ErrorCode.KafkaStorageError, store.Append("x").Error);

        store.Log.TruncateTo(new Offset(5));

        Assert.True(store.Log.State.IsOnline);
        Assert.Equal(new Offset(5), store.Append("x").BaseOffset);
    }

    [Fact]
    public void CleanStop_NeedsNoScan()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk, new LogOptions { SegmentBytes = 2000, IndexIntervalBytes = 200 });
        for (int number = 0; number < 100; number++) store.Append(new string('x', 100));
        store.Store.CloseCleanly();
        int reads = 0;
        disk.Faults = (operation, path) =>
        {
            if (operation == DiskOperation.Read && path.EndsWith(".log", StringComparison.Ordinal)) reads++;
            return null;
        };

        store.Open();

        Assert.Equal(new Offset(100), store.Log.LogEndOffset);
        Assert.InRange(reads, 1, 10);
    }

    [Fact]
    public void UncleanStop_ScansFromTheCheckpointOnly()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk, new LogOptions { IndexIntervalBytes = 200 });
        for (int number = 0; number < 500; number++)
        {
            store.Append(new string('x', 1000));
            store.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        store.Store.WriteCheckpoints();
        store.Append("last");
        store.Store.Dispose();
        long bytes = 0;
        disk.ReadObserver = (path, count) => bytes += path.EndsWith(".log", StringComparison.Ordinal) ? count : 0;

        store.Open();

        Assert.Equal(new Offset(501), store.Log.LogEndOffset);
        Assert.InRange(bytes, 1, 20_000);
    }

    [Theory]
    [InlineData("00000000000000000000.index")]
    [InlineData("00000000000000000000.timeindex")]
    public void LostIndex_IsRebuilt(string name)
    {
        using var store = new StoreFixture(
            options: new LogOptions { SegmentBytes = 3000, IndexIntervalBytes = 200 });
        for (int number = 0; number < 100; number++) store.Append($"v{number}");
        store.Store.CloseCleanly();
        byte[] before = File.ReadAllBytes(store.PathOf(name));
        File.Delete(store.PathOf(name));

        store.Open();
        store.Restart();

        Assert.Equal(before, File.ReadAllBytes(store.PathOf(name)));
        Assert.Equal(100, Batches.ReadAll(store.Log, Offset.Zero).Count);
    }

    [Fact]
    public void WrongIndexEntry_DoesNotMislead()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk, new LogOptions { SegmentBytes = 3000, IndexIntervalBytes = 200 });
        for (int number = 0; number < 100; number++) store.Append($"v{number}");
        store.Store.CloseCleanly();
        disk.Damage(store.PathOf("00000000000000000000.index"), 12, [0, 0, 0, 99]);

        store.Open();

        Assert.Equal(
            Enumerable.Range(0, 100).Select(number => $"v{number}"),
            Enumerable.Range(0, 100).SelectMany(number => ReadSome(store, number, number + 1)));
    }

    private static string[] ReadSome(StoreFixture store, long from, long to)
    {
        using LogReadResult result = store.Log.Read(new Offset(from), 1, new Offset(to), atLeastOneBatch: true);
        Assert.Equal(ErrorCode.None, result.Error);
        return Batches.Decode(result.Records).Select(record => record.Value).ToArray();
    }
}
