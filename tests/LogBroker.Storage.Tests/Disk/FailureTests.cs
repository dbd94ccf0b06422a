using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Disk;

public sealed class FailureTests
{
    [Fact]
    public void FailedSync_StopsWrites_KeepsReads_AndComesBackWithEverything()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk);
        store.Append("durable");
        store.Flush();
        store.Append("waiting");
        var states = new List<OfflineCause?>();
        store.Log.StateChanged = log => states.Add(log.State.Cause);
        FailSyncs(disk);

        store.Flush();

        Assert.Equal(OfflineCause.SyncFailed, store.Log.State.Cause);
        Assert.Equal(new Offset(1), store.Log.DurableEndOffset);
        Assert.Equal(ErrorCode.KafkaStorageError, store.Append("refused").Error);
        Assert.Equal(["durable", "waiting"], Batches.ReadAll(store.Log, Offset.Zero).Select(record => record.Value));
        Assert.Equal(1, store.Store.RunRepairs());
        Assert.NotNull(Assert.Single(store.Store.Directories).Fault);

        disk.Faults = (_, _) => null;
        store.Flush();
        Assert.Equal(new Offset(1), store.Log.DurableEndOffset);
        Assert.Equal(0, store.Store.RunRepairs());

        Assert.Equal(new Offset(2), store.Log.DurableEndOffset);
        Assert.Equal([OfflineCause.SyncFailed, null], states);
        Assert.True(store.Append("again").IsAppended);
        store.Flush();
        disk.CutPower(new Random(1));
        store.Open();
        Assert.Equal(
            ["durable", "waiting", "again"], Batches.ReadAll(store.Log, Offset.Zero).Select(record => record.Value));
    }

    [Fact]
    public void FailedSync_WhoseContentIsGone_LosesOnlyWhatWasNeverDurable()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk);
        store.Append("durable");
        store.Flush();
        store.Append("gone");
        FailSyncs(disk);
        store.Flush();
        disk.Faults = (_, _) => null;
        using (IDiskFile file = disk.Open(store.PathOf("00000000000000000000.log"), FileOpening.Existing)) file.DropCache();

        Assert.Equal(0, store.Store.RunRepairs());

        Assert.Equal((new Offset(1), new Offset(1)), (store.Log.LogEndOffset, store.Log.DurableEndOffset));
        Assert.Equal(new Offset(1), store.Append("next").BaseOffset);
        Assert.Equal(["durable", "next"], Batches.ReadAll(store.Log, Offset.Zero).Select(record => record.Value));
    }

    [Fact]
    public void FailedSync_OfOneLog_LeavesTheOthersAlone()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk);
        var other = new TopicPartition("other", 0);
        PartitionLog healthy = store.Store.Create(other, Guid.NewGuid(), LogOptions.Default);
        store.Append("a");
        healthy.AppendAsLeader(Batches.Of(1, "b"), new LeaderEpoch(0), AppendOrigin.Client);
        disk.Faults = (operation, path) =>
            operation == DiskOperation.SyncData && path.Contains("orders", StringComparison.Ordinal) ? DiskFault.Device : null;

        store.Flush();

        Assert.False(store.Log.State.IsOnline);
        Assert.True(healthy.State.IsOnline);
        Assert.Equal(new Offset(1), healthy.DurableEndOffset);
    }

    [Fact]
    public void FailedSyncOfTheFileSystem_IsTracedToTheLogThatFailed()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk);
        for (int partition = 0; partition < 50; partition++)
        {
            store.Store.Create(new TopicPartition("many", partition), Guid.NewGuid(), LogOptions.Default)
                .AppendAsLeader(Batches.Of(1, "x"), new LeaderEpoch(0), AppendOrigin.Client);
        }

        disk.Faults = (operation, path) => operation switch
        {
            DiskOperation.SyncVolume => DiskFault.Device,
            DiskOperation.SyncData when path.Contains("many-7/", StringComparison.Ordinal) => DiskFault.Device,
            _ => null,
        };
        store.Flush();

        Assert.Equal(
            [new TopicPartition("many", 7)],
            store.Store.Logs.Where(log => !log.State.IsOnline).Select(log => log.TopicPartition));
        Assert.Equal(49, store.Store.Logs.Count(log => log.DurableEndOffset == new Offset(1)));
    }

    [Fact]
    public void FullDisk_StopsWrites_AndComesBackWhenThereIsRoom()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk, new LogOptions { MaxMessageBytes = 5000, SegmentBytes = 50_000 });
        store.Append("first");
        store.Flush();
        disk.CapacityBytes = disk.UsedBytes + 2000;
        int accepted = 1;
        while (store.Append(new string('x', 500)).IsAppended) accepted++;

        Assert.InRange(accepted, 2, 5);
        Assert.Equal(OfflineCause.NoSpace, store.Log.State.Cause);
        Assert.Equal(ErrorCode.KafkaStorageError, store.Append("refused").Error);
        Assert.Equal(accepted, Batches.ReadAll(store.Log, Offset.Zero).Count);
        Assert.Equal(1, store.Store.RunRepairs());

        disk.CapacityBytes = long.MaxValue / 2;
        Assert.Equal(0, store.Store.RunRepairs());

        Assert.Equal(new Offset(accepted), store.Append("more").BaseOffset);
        store.Flush();
        Assert.Equal(new Offset(accepted + 1), store.Log.DurableEndOffset);
        store.Crash();
        Assert.Equal(accepted + 1, Batches.ReadAll(store.Log, Offset.Zero).Count);
    }

    [Fact]
    public void FullDisk_DuringARoll_LeavesTheLogUsable()
    {
        for (int failing = 1; failing < 12; failing++)
        {
            var disk = new SimulatedDisk();
            using var store = new StoreFixture(disk, new LogOptions { SegmentBytes = 300, IndexIntervalBytes = 0 });
            store.Append("a", "b", "c");
            store.AppendBatch(Batches.Idempotent(5, 0, 0, 3, 1));
            int operation = 0;
            int limit = failing;
            disk.Faults = (kind, _) =>
                kind is DiskOperation.Write or DiskOperation.SetLength or DiskOperation.Open && ++operation == limit ? DiskFault.NoSpace : null;

            LogAppendResult failed = store.Append(new string('x', 100));
            disk.Faults = (_, _) => null;
            Assert.Equal(0, store.Store.RunRepairs());
            int expected = failed.IsAppended ? 7 : 6;
            Assert.True(store.Append(new string('y', 100)).IsAppended);

            Assert.Equal(expected + 1, Batches.ReadAll(store.Log, Offset.Zero).Count);
            store.Crash();
            Assert.Equal(expected + 1, Batches.ReadAll(store.Log, Offset.Zero).Count);
            Assert.Equal(new Offset(expected + 1), store.Log.LogEndOffset);
        }
    }

    [Fact]
    public void FailedCheckpoint_IsNotTakenForGood()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk);
        store.Append("a");
        disk.Faults = (operation, path) =>
            operation == DiskOperation.SyncData && path.EndsWith(".timeindex", StringComparison.Ordinal) ? DiskFault.Device : null;

        store.Store.WriteCheckpoints();

        Assert.False(store.Log.State.IsOnline);
        Assert.DoesNotContain("orders 0 1", ReadCheckpoint(disk), StringComparison.Ordinal);
        disk.Faults = (_, _) => null;
        Assert.Equal(0, store.Store.RunRepairs());
        store.Store.WriteCheckpoints();
        Assert.Contains("orders 0 1", ReadCheckpoint(disk), StringComparison.Ordinal);
    }

    [Fact]
    public void FailedStop_IsNotMarkedClean()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk);
        store.Append("a");
        FailSyncs(disk);
        store.Store.CloseCleanly();
        disk.Faults = (_, _) => null;

        Assert.False(disk.FileExists("/data/.kafka_cleanshutdown"));
        store.Open();
        Assert.Single(Batches.ReadAll(store.Log, Offset.Zero));
        store.Store.CloseCleanly();
        Assert.True(disk.FileExists("/data/.kafka_cleanshutdown"));
        store.Open();
    }

    private static string ReadCheckpoint(SimulatedDisk disk)
    {
        const string path = "/data/recovery-point-offset-checkpoint";
        if (!disk.FileExists(path)) return "";
        using IDiskFile file = disk.Open(path, FileOpening.Existing);
        var content = new byte[file.Length];
        file.Read(content, 0);
        return System.Text.Encoding.UTF8.GetString(content);
    }

    private static void FailSyncs(SimulatedDisk disk) => disk.Faults = (operation, _) =>
        operation is DiskOperation.SyncData or DiskOperation.SyncVolume ? DiskFault.Device : null;
}
