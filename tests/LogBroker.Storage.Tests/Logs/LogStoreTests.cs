using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Storage.Tests.Logs;

public sealed class LogStoreTests
{
    [Fact]
    public void Open_DirectoryInUse_IsRefused()
    {
        using var store = new StoreFixture();

        Assert.Throws<LogDirectoryInUseException>(
            () => LogStore.Open(store.StoreOptions, store.Disk, store.Time, NullLoggerFactory.Instance));
    }

    [Fact]
    public void Claim_DirectoryOfAnotherBroker_IsRefused()
    {
        using var temporary = new TempDirectory();
        var options = new LogStoreOptions
        {
            LogDirectories = [temporary.Path],
        };
        var owner = new DirectoryOwner("DnW8lD4uQFmxv8IcS1DLeQ", 3);
        Guid id = Claim(owner);

        Assert.NotEqual(Guid.Empty, id);
        Assert.Equal(id, Claim(owner));
        Assert.Throws<ForeignLogDirectoryException>(() => Claim(owner with { NodeId = 4 }));
        Assert.Throws<ForeignLogDirectoryException>(() => Claim(owner with { ClusterId = "other" }));
        Assert.Equal(id, Claim(owner));

        Guid Claim(DirectoryOwner owner)
        {
            using LogStore store = LogStore.Open(
                options, new Storage.Disk.PosixDisk(), new TestTime(), NullLoggerFactory.Instance);
            store.Claim(owner);
            return store.Directories[0].Id;
        }
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public void Create_NameThatLeadsElsewhere_Throws(string topic)
    {
        using var store = new StoreFixture();

        Assert.Throws<ArgumentException>(
            () => store.Store.Create(new TopicPartition(topic, 0), Guid.NewGuid(), LogOptions.Default));
    }

    [Fact]
    public void Delete_RenamesAtOnce_AndRemovesLater_WhileReadersFinish()
    {
        using var store = new StoreFixture();
        store.Append("a");
        PartitionLog log = store.Log;
        using LogReadResult read = log.Read(Offset.Zero, 100, new Offset(1), atLeastOneBatch: true);

        Assert.True(store.Store.Delete(StoreFixture.Partition));

        string renamed = Path.GetFileName(Assert.Single(Directory.GetDirectories(store.Path)));
        Assert.Matches(@"^orders-0\.[0-9a-f]{32}-delete$", renamed);
        Assert.False(store.Store.TryGet(StoreFixture.Partition, out _));
        Assert.Equal(0, store.Store.RunDeletions());
        Assert.Equal(ErrorCode.KafkaStorageError, log.AppendAsLeader(Batches.Of(1, "x"), new LeaderEpoch(0), AppendOrigin.Client).Error);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, store.Store.RunDeletions());
        Assert.Empty(Directory.GetDirectories(store.Path));
        Assert.Equal(["a"], Batches.Decode(read.Records).Select(record => record.Value));
        Assert.False(store.Store.Delete(StoreFixture.Partition));
    }

    [Fact]
    public void Load_LeftoversOfDeletion_AreRemoved()
    {
        using var store = new StoreFixture();
        store.Append("a");
        store.Store.Delete(StoreFixture.Partition);
        store.Restart();

        store.Store.RunDeletions();

        Assert.Empty(Directory.GetDirectories(store.Path));
    }

    [Fact]
    public void Load_UnknownTopic_IsMovedAside()
    {
        using var store = new StoreFixture();
        store.Append("a");
        store.Store.CloseCleanly();

        using LogStore other = LogStore.Open(store.StoreOptions, store.Disk, store.Time, NullLoggerFactory.Instance);
        other.Load((_, _) => null, 1);

        Assert.Empty(other.Logs);
        Assert.EndsWith("-stray", Assert.Single(Directory.GetDirectories(store.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ManyLogs_SideBySide()
    {
        using var store = new StoreFixture();
        for (int partition = 0; partition < 50; partition++)
        {
            PartitionLog log = store.Store.Create(
                new TopicPartition("many", partition), StoreFixture.TopicId, LogOptions.Default);
            for (int batch = 0; batch <= partition; batch++)
                log.AppendAsLeader(Batches.Of(1, "x"), new LeaderEpoch(3), AppendOrigin.Client);
        }

        store.Crash();

        Assert.Equal(50, store.Store.Logs.Count());
        Assert.All(store.Store.Logs, log => Assert.Equal(log.TopicPartition.Partition + 1, log.LogEndOffset.Value));
        Assert.All(store.Store.Logs, log => Assert.Equal(new LeaderEpoch(3), log.LatestEpoch));
    }

    [Fact]
    public void Create_GoesToTheDirectoryWithTheFewest()
    {
        using var first = new TempDirectory();
        using var second = new TempDirectory();
        using LogStore store = LogStore.Open(
            new LogStoreOptions { LogDirectories = [first.Path, second.Path] },
            new Storage.Disk.PosixDisk(),
            new TestTime(),
            NullLoggerFactory.Instance);
        store.Load((_, _) => LogOptions.Default, 1);

        for (int partition = 0; partition < 4; partition++)
            store.Create(new TopicPartition("t", partition), Guid.NewGuid(), LogOptions.Default);

        Assert.All(store.Directories, directory => Assert.Equal(2, directory.Logs.Count));
    }

    [Fact]
    public void ManyLogs_AreSyncedTogether()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk);
        for (int partition = 0; partition < 100; partition++)
        {
            store.Store.Create(new TopicPartition("many", partition), StoreFixture.TopicId, LogOptions.Default)
                .AppendAsLeader(Batches.Of(1, "x"), new LeaderEpoch(0), AppendOrigin.Client);
        }

        int before = disk.SyncCount;
        store.Flush();

        Assert.Equal(1, disk.SyncCount - before);
        Assert.All(store.Store.Logs, log => Assert.Equal(log.LogEndOffset, log.DurableEndOffset));
    }

    [Fact]
    public void OpenFiles_StayWithinTheBudget()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk) { StoreOptions = new LogStoreOptions { LogDirectories = ["/data"], OpenFilesMax = 16 } };
        store.Restart();
        for (int round = 0; round < 3; round++)
        {
            for (int partition = 0; partition < 100; partition++)
            {
                var name = new TopicPartition("many", partition);
                if (!store.Store.TryGet(name, out PartitionLog? log))
                    log = store.Store.Create(name, StoreFixture.TopicId, LogOptions.Default);
                log.AppendAsLeader(Batches.Of(1, "x"), new LeaderEpoch(0), AppendOrigin.Client);
                Assert.InRange(disk.OpenCount, 0, 17);
            }
        }

        Assert.All(store.Store.Logs, log => Assert.Equal(3, Batches.ReadAll(log, Offset.Zero).Count));
        Assert.InRange(store.Store.Handles.OpenCount, 1, 16);
    }

    [Fact]
    public void EveryFileInUse_IsAFaultAndNotACrash()
    {
        var disk = new SimulatedDisk();
        using var store = new StoreFixture(disk) { StoreOptions = new LogStoreOptions { LogDirectories = ["/data"], OpenFilesMax = 8 } };
        store.Restart();
        var pinned = new List<LogReadResult>();
        for (int partition = 0; partition < 20; partition++)
        {
            PartitionLog log = store.Store.Create(
                new TopicPartition("many", partition), StoreFixture.TopicId, LogOptions.Default);
            if (!log.AppendAsLeader(Batches.Of(1, "x"), new LeaderEpoch(0), AppendOrigin.Client).IsAppended) break;
            pinned.Add(log.Read(Offset.Zero, 100, new Offset(1), atLeastOneBatch: true));
            if (pinned.Count == 7) break;
        }

        store.Append("fits");
        using LogReadResult last = store.Log.Read(Offset.Zero, 100, new Offset(1), atLeastOneBatch: true);
        Assert.Throws<Storage.Disk.DiskException>(
            () => store.Store.Create(new TopicPartition("more", 0), StoreFixture.TopicId, LogOptions.Default));
        foreach (LogReadResult read in pinned) read.Dispose();

        Assert.NotNull(store.Store.Create(new TopicPartition("more", 0), StoreFixture.TopicId, LogOptions.Default));
    }
}
