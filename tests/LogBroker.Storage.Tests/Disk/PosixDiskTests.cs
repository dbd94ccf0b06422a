using System.Diagnostics;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogBroker.Storage.Tests.Disk;

public sealed class PosixDiskTests
{
    [Fact]
    public void Files_AreWrittenReadCutAndRenamed()
    {
        using var temporary = new TempDirectory();
        var disk = new PosixDisk();
        string path = Path.Combine(temporary.Path, "a");
        using (IDiskFile file = disk.Open(path, FileOpening.OrCreate))
        {
            file.Write("hello world"u8, 3);
            file.SyncData();
            file.SetLength(8);
            file.DropCache();
            var bytes = new byte[20];
            Assert.Equal(8, file.Read(bytes, 0));
            Assert.Equal("\0\0\0hello"u8.ToArray(), bytes[..8]);
        }

        disk.Rename(path, path + "b");
        disk.SyncDirectory(temporary.Path);
        Assert.Equal(["ab"], disk.List(temporary.Path).Select(entry => entry.Name));
        disk.DeleteFile(path + "b");
        disk.DeleteFile(path + "b");
        Assert.Empty(disk.List(temporary.Path));
        using IDiskVolume volume = disk.OpenVolume(temporary.Path);
        volume.Sync();
        Assert.InRange(volume.Space.AvailableBytes, 1, volume.Space.TotalBytes);
        Assert.InRange(disk.OpenFilesMax, 64, int.MaxValue);
    }

    [Fact]
    public void Faults_AreNamed()
    {
        var disk = new PosixDisk();
        Assert.Equal(
            DiskFault.NotFound, Assert.Throws<DiskException>(() => disk.Open("/nowhere/x", FileOpening.Existing)).Fault);
        Assert.Equal(DiskFault.NotFound, Assert.Throws<DiskException>(() => disk.SyncDirectory("/nowhere")).Fault);
        Assert.Equal(DiskFault.NotFound, Assert.Throws<DiskException>(() => disk.OpenVolume("/nowhere")).Fault);
        using IDiskFile full = disk.Open("/dev/full", FileOpening.Existing);
        Assert.Equal(DiskFault.NoSpace, Assert.Throws<DiskException>(() => full.Write("x"u8, 0)).Fault);
    }

    [Fact]
    public void TryLock_HeldElsewhere_IsNull()
    {
        using var temporary = new TempDirectory();
        var disk = new PosixDisk();
        string path = Path.Combine(temporary.Path, ".lock");

        IDisposable? first = disk.TryLock(path);

        Assert.NotNull(first);
        Assert.Null(new PosixDisk().TryLock(path));
        first.Dispose();
        using IDisposable? second = disk.TryLock(path);
        Assert.NotNull(second);
    }

    [TmpfsFact]
    public void FullFileSystem_StopsWrites_AndComesBackAfterRetention()
    {
        using var tmpfs = new Tmpfs("8m");
        var time = new TestTime();
        using LogStore store = LogStore.Open(
            new LogStoreOptions { LogDirectories = [tmpfs.Path] }, new PosixDisk(), time, NullLoggerFactory.Instance);
        store.Load((_, _) => LogOptions.Default, 1);
        PartitionLog log = store.Create(
            new TopicPartition("t", 0),
            StoreFixture.TopicId,
            new LogOptions { SegmentBytes = 1 << 20, FileDeleteDelay = TimeSpan.Zero });
        string value = new('x', 100_000);
        int accepted = 0;
        while (log.AppendAsLeader(Batches.Of(time.Milliseconds, value), new LeaderEpoch(0), AppendOrigin.Client).IsAppended)
        {
            accepted++;
            Assert.True(log.Flush());
        }

        Assert.InRange(accepted, 60, 84);
        Assert.Equal(OfflineCause.NoSpace, log.State.Cause);
        Assert.Equal(accepted, Batches.ReadAll(log, Offset.Zero).Count);
        Assert.Equal(1, store.RunRepairs());

        log.Options = log.Options with { RetentionBytes = 2 << 20 };
        Assert.InRange(store.RunRetention(), 1, 8);
        store.RunDeletions();
        Assert.Equal(0, store.RunRepairs());

        Assert.True(log.AppendAsLeader(Batches.Of(1, "more"), new LeaderEpoch(0), AppendOrigin.Client).IsAppended);
        Assert.True(log.Flush());
        store.CloseCleanly();
    }
}

/// <summary>A test that mounts a file system; skipped with the reason where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute()
    {
        if (!Tmpfs.IsPossible) Skip = "Mounting a tmpfs needs root.";
    }
}

/// <summary>A small file system of its own.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly TempDirectory _directory = new();

    public Tmpfs(string size)
    {
        if (Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path) != 0)
            throw new InvalidOperationException("The tmpfs could not be mounted.");
    }

    public static bool IsPossible { get; } = CanMount();

    public string Path => _directory.Path;

    public void Dispose()
    {
        _ = Run("umount", "-l", Path);
        _directory.Dispose();
    }

    private static bool CanMount()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") return false;
        try
        {
            new Tmpfs("1m").Dispose();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
            {
                process.Kill();
                throw new InvalidOperationException($"{program} did not end.");
            }
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
