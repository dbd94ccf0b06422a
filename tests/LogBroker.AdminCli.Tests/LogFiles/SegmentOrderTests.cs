using System.Buffers.Binary;
using LogBroker.AdminCli.LogFiles;

namespace LogBroker.AdminCli.Tests.LogFiles;

/// <summary>Files and batches that are lost, cut off, swapped, renamed or out of order are named, and nothing is that is right.</summary>
public sealed class SegmentOrderTests(WrittenPartition written) : DamagedPartition(written)
{
    [Fact]
    public void Segments_Swapped_AreNamedBoth()
    {
        (string first, string second) = (Log(0), Log(1));
        File.Move(first, first + ".aside");
        File.Move(second, first);
        File.Move(first + ".aside", second);

        IReadOnlyList<LogFault> faults = Faults();

        Assert.Equal([(LogFaultKind.WrongSegment, first), (LogFaultKind.WrongSegment, second)], faults.Select(fault => (fault.Kind, fault.File)));
        Assert.Contains($"which are those of {Path.GetFileName(second)}", faults[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-7)]
    public void Segment_Renamed_HoldsWhatAnotherNameSays(int by)
    {
        (string log, long first) = (Log(1), Batches(1)[0].BaseOffset);
        string renamed = SegmentFiles.PathBeside(log, first + by);
        foreach (string extension in new[] { ".log", ".index", ".timeindex" }) File.Move(Path.ChangeExtension(log, extension), Path.ChangeExtension(renamed, extension));

        LogFault fault = OnlyOf(LogFaultKind.WrongSegment);

        Assert.Equal((renamed, first), (fault.File, fault.Offset));
    }

    [Fact]
    public void Segment_Lost_LeavesOffsetsMissing()
    {
        long from = Batches(1)[0].BaseOffset, to = Batches(1)[^1].LastOffset;
        foreach (string file in Directory.GetFiles(Folder, Path.GetFileNameWithoutExtension(Log(1)) + ".*index")) File.Delete(file);
        File.Delete(Log(1));

        LogFault fault = OnlyOf(LogFaultKind.MissingOffsets);

        Assert.Equal(from, fault.Offset);
        Assert.Contains($"{from} to {to}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FirstSegment_LostAfterACleanStop_IsNamed()
    {
        File.WriteAllText(Path.Combine(Folder, "..", ".kafka_cleanshutdown"), "");
        Assert.Empty(Faults());
        string first = Log(0);
        foreach (string file in Directory.GetFiles(Folder, Path.GetFileNameWithoutExtension(first) + ".*")) File.Delete(file);

        LogFault fault = OnlyOf(LogFaultKind.LostLog);

        Assert.Equal((first, 0), (fault.File, fault.Offset));
    }

    [Fact]
    public void Segment_CutAtTheEndOfABatch_IsCutShortWhereItIs()
    {
        BatchSummary kept = Batches(0)[^2];
        Truncate(Log(0), Batches(0)[^1].SizeInBytes);

        LogFault fault = OnlyOf(LogFaultKind.CutShort);

        Assert.Equal((Log(0), kept.Position + kept.SizeInBytes, kept.LastOffset + 1), (fault.File, fault.Position, fault.Offset));
    }

    [Fact]
    public void Segment_Emptied_IsCutShort()
    {
        long first = Batches(1)[0].BaseOffset;
        File.WriteAllBytes(Log(1), []);

        LogFault fault = OnlyOf(LogFaultKind.CutShort);

        Assert.Equal((Log(1), 0, first), (fault.File, fault.Position, fault.Offset));
    }

    [Fact]
    public void Batch_CutOut_LeavesOffsetsMissing()
    {
        List<BatchSummary> batches = Batches(2);
        byte[] bytes = File.ReadAllBytes(Log(2));
        File.WriteAllBytes(Log(2), [.. bytes[..(int)batches[1].Position], .. bytes[(int)batches[2].Position..]]);

        LogFault fault = Assert.Single(Faults(), fault => fault.Kind == LogFaultKind.MissingOffsets);

        Assert.Equal((Log(2), batches[1].Position, batches[1].BaseOffset), (fault.File, fault.Position, fault.Offset));
    }

    [Fact]
    public void OffsetOfABatch_Raised_IsBlamedOnThatBatch()
    {
        BatchSummary batch = Batches(0)[2];
        Edit(Log(0), bytes => BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan((int)batch.Position), batch.BaseOffset + (1 << 20)));

        LogFault fault = Assert.Single(Faults(), fault => fault.Kind == LogFaultKind.OffsetsGoBack);

        Assert.Equal((Log(0), batch.Position), (fault.File, fault.Position));
        Assert.DoesNotContain(Faults(), fault => fault.Kind == LogFaultKind.MissingOffsets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Log_LostBesideItsIndexes_IsNamed(int segment)
    {
        string log = Log(segment);
        File.Delete(log);

        Assert.Equal(log, OnlyOf(LogFaultKind.LostLog).File);
    }

    [Fact]
    public void Log_ThatEndsBeforeWhatWasOnDisk_IsLost()
    {
        File.WriteAllText(Path.Combine(Folder, "..", "recovery-point-offset-checkpoint"), "0\n1\nt 0 240\n");
        Assert.Empty(Faults());
        foreach (string file in Directory.GetFiles(Folder, Path.GetFileNameWithoutExtension(Log(2)) + ".*")) File.Delete(file);

        LogFault fault = OnlyOf(LogFaultKind.LostLog);

        Assert.Contains("everything up to 240 was on disk, and the log ends at 160", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_InAllOfASegment_AreAHoleAndNoLostFile()
    {
        Edit(Log(1), Array.Clear);

        Assert.Equal(0, OnlyOf(LogFaultKind.Hole).Position);
    }

    [Fact]
    public void OffsetOfABatch_Raised_DoesNotExcuseALostFile()
    {
        BatchSummary last = Batches(2)[^1];
        Edit(Log(2), bytes => BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan((int)last.Position), last.BaseOffset + 64));
        foreach (string file in Directory.GetFiles(Folder, Path.GetFileNameWithoutExtension(Log(1)) + ".*")) File.Delete(file);

        Assert.Contains(Faults(), fault => fault.Kind == LogFaultKind.MissingOffsets);
    }

    [Fact]
    public void Gaps_OfACompactedLog_AreNoFault()
    {
        List<BatchSummary> batches = Batches(0);
        byte[] bytes = File.ReadAllBytes(Log(0));
        Range[] kept = [0..(int)batches[1].Position, (int)batches[2].Position..(int)batches[3].Position, (int)batches[4].Position..(int)batches[^1].Position];
        File.WriteAllBytes(Log(0), [.. kept.SelectMany(range => bytes[range])]);

        Assert.All(Faults(), fault => Assert.Equal(LogFaultKind.StaleIndex, fault.Kind));
    }

    [Fact]
    public void Batch_Twice_LetsOffsetsGoBack()
    {
        BatchSummary batch = Batches(2)[0];
        byte[] bytes = File.ReadAllBytes(Log(2));
        File.WriteAllBytes(Log(2), [.. bytes, .. bytes.AsSpan((int)batch.Position, batch.SizeInBytes)]);

        LogFault fault = OnlyOf(LogFaultKind.OffsetsGoBack);

        Assert.Equal((bytes.Length, batch.BaseOffset), (fault.Position, fault.Offset));
    }
}
