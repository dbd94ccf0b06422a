using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Storage.Tests.Recovery;

/// <summary>What cannot be read at the start costs its partition, or its directory, and nothing else. On real files.</summary>
public sealed class UnreadableFilesTests : IDisposable
{
    private static readonly TopicPartition Broken = new("orders", 0);
    private static readonly TopicPartition Healthy = new("orders", 1);
    private static readonly Guid TopicId = new("00112233-4455-6677-8899-aabbccddeeff");

    private readonly TempDirectory _temporary = new();
    private readonly TestTime _time = new();
    private LogStore? _store;

    public UnreadableFilesTests()
    {
        Open(_temporary.Path);
        foreach (TopicPartition partition in new[] { Broken, Healthy })
        {
            PartitionLog log = _store!.Create(partition, TopicId, Options);
            for (int number = 0; number < 10; number++) Append(log, number);
        }
    }

    private static LogOptions Options => new() { SegmentBytes = 400, IndexIntervalBytes = 100 };

    private string BrokenPath => Path.Combine(_temporary.Path, Broken.ToString());

    [Theory]
    [InlineData("*.log", true)]
    [InlineData("*.log", false)]
    [InlineData("*.index", true)]
    [InlineData("*.timeindex", false)]
    [InlineData("partition.metadata", true)]
    [InlineData("leader-epoch-checkpoint", true)]
    public void Load_DirectoryInThePlaceOfAFile_TakesThatPartitionOffline(string pattern, bool stopsCleanly)
    {
        Stop(stopsCleanly);
        string file = FileOf(pattern);
        File.Delete(file);
        Directory.CreateDirectory(file);

        Open(_temporary.Path);

        AssertOnlyHealthyIsThere();
        Assert.True(Directory.Exists(BrokenPath));
    }

    [Fact]
    public void Load_GarbageInPartitionMetadata_TakesThatPartitionOffline()
    {
        Stop(isClean: true);
        File.WriteAllText(FileOf("partition.metadata"), "version: 0\ntopic_id: ?");

        Open(_temporary.Path);

        AssertOnlyHealthyIsThere();
    }

    [Fact]
    public void Load_DamagedPartitionMetadataWithoutRecords_IsAPartitionThatWasBeingMade()
    {
        Stop(isClean: false);
        foreach (string file in Directory.GetFiles(BrokenPath)) File.Delete(file);
        File.WriteAllText(Path.Combine(BrokenPath, "partition.metadata"), "");
        File.WriteAllText(Path.Combine(BrokenPath, "00000000000000000000.log"), "");

        OpenKnowing(TopicId);

        Assert.Empty(_store!.OfflineLogs);
        Append(_store.Create(Broken, TopicId, Options, isNew: false), 1);
        AssertHealthy();
    }

    [Fact]
    public void Create_WhatIsOffline_IsRefusedUntilItsTopicIsAnother()
    {
        Stop(isClean: true);
        File.Delete(FileOf("*.log"));
        Directory.CreateDirectory(Path.Combine(BrokenPath, "00000000000000000000.log"));
        Open(_temporary.Path);

        Assert.Throws<DiskException>(() => _store!.Create(Broken, TopicId, Options, isNew: false));
        PartitionLog log = _store!.Create(Broken, Guid.NewGuid(), Options);

        Assert.Equal(Offset.Zero, log.LogEndOffset);
        Append(log, 1);
        Assert.Single(Directory.GetDirectories(_temporary.Path, "*-stray"));
    }

    [Fact]
    public void Load_FileInThePlaceOfAPartition_LeavesThatPartitionOut()
    {
        Stop(isClean: true);
        Directory.Delete(BrokenPath, recursive: true);
        File.WriteAllText(BrokenPath, "not a directory");

        Open(_temporary.Path);

        Assert.False(_store!.TryGet(Broken, out _));
        Assert.Throws<DiskException>(() => _store.Create(Broken, TopicId, Options, isNew: false));
        AssertHealthy();
    }

    [Theory]
    [InlineData("recovery-point-offset-checkpoint", "garbage")]
    [InlineData("recovery-point-offset-checkpoint", "0\n7\norders 0 5\n")]
    [InlineData("recovery-point-offset-checkpoint", "0\n1\norders x 99999999999999999999\n")]
    [InlineData("recovery-point-offset-checkpoint", null)]
    [InlineData("log-start-offset-checkpoint", "\0\u0001\u0002")]
    [InlineData("log-start-offset-checkpoint", null)]
    public void Load_DamagedCheckpoint_IsFoundOutFromTheLogs(string file, string? content)
    {
        Stop(isClean: false);
        string path = Path.Combine(_temporary.Path, file);
        File.Delete(path);
        if (content is null) Directory.CreateDirectory(path);
        else File.WriteAllText(path, content);

        Open(_temporary.Path);

        Assert.True(_store!.TryGet(Broken, out PartitionLog? log));
        Assert.Equal((Offset.Zero, new Offset(10)), (log.LogStartOffset, log.LogEndOffset));
        AssertHealthy();
    }

    [Fact]
    public void Load_AnyGarbageInAnyFile_NeverFails()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        Stop(isClean: false);
        string pristine = Path.Combine(_temporary.Path, "pristine");
        Directory.CreateDirectory(pristine);
        string[] files = [.. Directory.GetFiles(BrokenPath).Select(Path.GetFileName)!];
        foreach (string file in files) File.Copy(Path.Combine(BrokenPath, file), Path.Combine(pristine, file));
        for (int round = 0; round < 60; round++)
        {
            string victim = files[random.Next(files.Length)];
            Directory.Delete(BrokenPath, recursive: true);
            Directory.CreateDirectory(BrokenPath);
            foreach (string file in files) File.Copy(Path.Combine(pristine, file), Path.Combine(BrokenPath, file));
            byte[] content = File.ReadAllBytes(Path.Combine(BrokenPath, victim));
            File.WriteAllBytes(Path.Combine(BrokenPath, victim), Spoil(content, random));
            bool isMarkedClean = random.Next(2) == 0;
            if (isMarkedClean) File.WriteAllText(Path.Combine(_temporary.Path, ".kafka_cleanshutdown"), "{}");

            Exception? fault = Record.Exception(() => Open(_temporary.Path));

            Assert.True(fault is null, $"seed {seed}, round {round}, {victim}: {fault}");
            AssertHealthy();
            Stop(isClean: false);
        }
    }

    [Fact]
    public void Open_OneDirectoryFails_TheOtherServes()
    {
        Stop(isClean: true);
        string file = Path.Combine(_temporary.Path, "file");
        File.WriteAllText(file, "not a directory");

        Open(_temporary.Path, Path.Combine(file, "logs"));

        Assert.Equal(Path.Combine(file, "logs"), Assert.Single(_store!.OfflineDirectories).Path);
        Assert.Single(_store.Directories);
        AssertHealthy();
        Assert.Throws<DiskException>(() => _store.Create(new TopicPartition("old", 0), TopicId, Options, isNew: false));
        Append(_store.Create(new TopicPartition("new", 0), TopicId, Options), 1);
    }

    [Fact]
    public void Open_EveryDirectoryFails_Fails()
    {
        Stop(isClean: true);
        string file = Path.Combine(_temporary.Path, "file");
        File.WriteAllText(file, "not a directory");

        Assert.Throws<DiskException>(() => Open(Path.Combine(file, "a"), Path.Combine(file, "b")));
    }

    [Fact]
    public void Claim_DamagedMetaProperties_IsRefused()
    {
        Stop(isClean: true);
        File.WriteAllText(Path.Combine(_temporary.Path, "meta.properties"), "version=1\nnode.id=x\n");
        Open(_temporary.Path);

        Assert.Throws<DiskException>(() => _store!.Claim(new DirectoryOwner("DnW8lD4uQFmxv8IcS1DLeQ", 1)));
    }

    [Fact]
    public void Load_PartitionInTwoDirectories_IsOffline()
    {
        Stop(isClean: true);
        string second = Path.Combine(_temporary.Path, "second");
        Directory.CreateDirectory(Path.Combine(second, Broken.ToString()));

        Open(_temporary.Path, second);

        AssertOnlyHealthyIsThere();
    }

    public void Dispose()
    {
        _store?.Dispose();
        _temporary.Dispose();
    }

    private static byte[] Spoil(byte[] content, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                return content[..random.Next(content.Length + 1)];
            case 1:
                var noise = new byte[random.Next(600)];
                random.NextBytes(noise);
                return noise;
            default:
                for (int change = 0; change < 8 && content.Length > 0; change++)
                    content[random.Next(content.Length)] = (byte)random.Next(256);
                return content;
        }
    }

    private void AssertOnlyHealthyIsThere()
    {
        Assert.False(_store!.TryGet(Broken, out _));
        Assert.Equal(Broken, Assert.Single(_store.OfflineLogs));
        AssertHealthy();
    }

    private void AssertHealthy()
    {
        Assert.True(_store!.TryGet(Healthy, out PartitionLog? log));
        Assert.Equal(10, Batches.ReadAll(log, Offset.Zero).Count);
    }

    private void Append(PartitionLog log, int number) => Assert.Equal(
        ErrorCode.None,
        log.AppendAsLeader(
            Batches.Of(_time.Milliseconds, $"value {number}"), new LeaderEpoch(0), AppendOrigin.Client).Error);

    private string FileOf(string pattern) => Directory.GetFiles(BrokenPath, pattern).Order(StringComparer.Ordinal).First();

    private void Stop(bool isClean)
    {
        if (isClean)
        {
            _store!.CloseCleanly();
        }
        else
        {
            _store!.WriteCheckpoints();
            _store.Dispose();
        }

        _store = null;
    }

    private void OpenKnowing(Guid topicId)
    {
        _store = LogStore.Open(
            new LogStoreOptions { LogDirectories = [_temporary.Path] }, new PosixDisk(), _time, NullLoggerFactory.Instance);
        _store.Load((_, id) => id == topicId ? Options : null, threads: 1);
    }

    private void Open(params string[] directories)
    {
        _store = LogStore.Open(
            new LogStoreOptions { LogDirectories = [.. directories] }, new PosixDisk(), _time, NullLoggerFactory.Instance);
        _store.Load((_, _) => Options, threads: 1);
    }
}
