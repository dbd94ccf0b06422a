using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Faults;

/// <summary>A tmpfs of a few megabytes, mounted for one test, with a ballast file that takes room and gives it back.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    private string BallastPath => System.IO.Path.Combine(Path, "ballast");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        string path = Directory.CreateTempSubdirectory("logbroker-small-disk-").FullName;
        var mount = new ProcessCommand("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path);
        (await ChildProcess.RunAsync(mount)).Succeeded();
        return new SmallDisk(path);
    }

    /// <summary>Takes all room but this much.</summary>
    public void LeaveFree(long bytes)
    {
        byte[] block = new byte[64 * 1024];
        using FileStream ballast = File.Create(BallastPath, block.Length);
        while (FreeBytes > bytes)
        {
            ballast.Write(block);
            ballast.Flush();
        }
    }

    public void DropBallast() => File.Delete(BallastPath);

    /// <summary>Copies what the broker wrote to a place that outlives the mount.</summary>
    public async Task KeepWrittenLogsAsync()
    {
        string directory = WrittenLogs.NewDirectory("small-disk");
        var copy = new ProcessCommand("cp", "-a", "--sparse=always", $"{Path}/.", directory);
        (await ChildProcess.RunAsync(copy)).Succeeded();
    }

    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync(new ProcessCommand("umount", "--lazy", Path));
        Directory.Delete(Path);
    }
}
