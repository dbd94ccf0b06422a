using LogBroker.AdminCli.LogFiles;

namespace LogBroker.AdminCli.Tests.LogFiles;

/// <summary>A partition's files to damage, and what is found wrong with them.</summary>
public abstract class DamagedPartition(WrittenPartition written) : IClassFixture<WrittenPartition>, IDisposable
{
    /// <summary>The partition's folder.</summary>
    protected string Folder { get; } = written.Copy();

    public void Dispose()
    {
        Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string Log(int segment) => SegmentFiles.In(Folder)[segment].LogPath;

    private protected List<BatchSummary> Batches(int segment)
    {
        var batches = new List<BatchSummary>();
        SegmentScan.Run(
            Log(segment),
            batch =>
            {
                batches.Add(batch);
                return true;
            },
            _ => { });
        return batches;
    }

    private protected IReadOnlyList<LogFault> Faults() => PartitionCheck.Run(Folder).Faults;

    /// <summary>The fault of this kind; no other is there.</summary>
    private protected LogFault OnlyOf(LogFaultKind kind)
    {
        IReadOnlyList<LogFault> faults = Faults();
        LogFault fault = Assert.Single(faults);
        Assert.Equal(kind, fault.Kind);
        return fault;
    }

    private protected static void Edit(string file, Action<byte[]> edit)
    {
        byte[] bytes = File.ReadAllBytes(file);
        edit(bytes);
        File.WriteAllBytes(file, bytes);
    }

    private protected static void Truncate(string file, int bytes)
    {
        using FileStream stream = File.OpenWrite(file);
        stream.SetLength(stream.Length - bytes);
    }
}
