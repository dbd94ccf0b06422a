using System.Buffers.Binary;
using LogBroker.AdminCli.LogFiles;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Tests.LogFiles;

/// <summary>A partition a broker wrote is without fault, and each way of damaging a file of it is named with its place.</summary>
public sealed class PartitionCheckTests(WrittenPartition written) : DamagedPartition(written)
{
    [Fact]
    public void Intact_HasNoFault()
    {
        PartitionReport report = PartitionCheck.Run(Folder);

        Assert.Empty(report.Faults);
        Assert.Equal(3, report.SegmentCount);
        Assert.Equal(WrittenPartition.BatchCount, report.BatchCount);
        Assert.Equal(WrittenPartition.BatchCount * WrittenPartition.RecordsPerBatch, report.RecordCount);
    }

    [Fact]
    public void BitFlip_InARecord_IsAWrongChecksum()
    {
        BatchSummary batch = Batches(0)[2];
        Edit(Log(0), bytes => bytes[(int)batch.Position + 500] ^= 4);

        LogFault fault = OnlyOf(LogFaultKind.WrongChecksum);

        Assert.Equal((Log(0), batch.Position, batch.BaseOffset), (fault.File, fault.Position, fault.Offset));
    }

    [Fact]
    public void BitFlip_InALength_IsGarbageUpToTheNextBatch()
    {
        List<BatchSummary> batches = Batches(0);
        Edit(Log(0), bytes => bytes[(int)batches[3].Position + RecordBatchView.BatchLengthAt] ^= 0x40);

        LogFault fault = OnlyOf(LogFaultKind.Garbage);

        Assert.Equal(batches[3].Position, fault.Position);
        Assert.Contains($"{batches[3].SizeInBytes} bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncation_OfTheLastSegment_IsATornTail()
    {
        BatchSummary last = Batches(2)[^1];
        Truncate(Log(2), 100);

        Assert.Equal(last.Position, OnlyOf(LogFaultKind.TornTail).Position);
    }

    [Fact]
    public void Truncation_OfAnEarlierSegment_IsNoTornTail()
    {
        BatchSummary last = Batches(0)[^1];
        Truncate(Log(0), 100);

        Assert.Equal(last.Position, OnlyOf(LogFaultKind.Garbage).Position);
    }

    [Fact]
    public void Zeros_InTheMiddle_AreAHole()
    {
        List<BatchSummary> batches = Batches(1);
        Edit(Log(1), bytes => Array.Clear(bytes, (int)batches[1].Position, batches[1].SizeInBytes + batches[2].SizeInBytes));

        LogFault fault = OnlyOf(LogFaultKind.Hole);

        Assert.Equal((batches[1].Position, $"{batches[1].SizeInBytes + batches[2].SizeInBytes} bytes are zeros"), (fault.Position, fault.Message));
    }

    [Fact]
    public void BitFlips_InBatchesSideBySide_AreEachNamed()
    {
        List<BatchSummary> batches = Batches(0);
        Edit(Log(0), bytes =>
        {
            foreach (BatchSummary batch in batches[2..5]) bytes[(int)batch.Position + 500] ^= 4;
        });

        Assert.Equal(
            batches[2..5].Select(batch => (LogFaultKind.WrongChecksum, (long?)batch.Position, (long?)batch.BaseOffset)),
            Faults().Select(fault => (fault.Kind, fault.Position, fault.Offset)));
    }

    [Fact]
    public void Zeros_OverTheEndOfABatchAndTheBeginOfTheNext_AreToldOfBoth()
    {
        List<BatchSummary> batches = Batches(0);
        Edit(Log(0), bytes => Array.Clear(bytes, (int)batches[3].Position - 2048, 4096));

        IReadOnlyList<LogFault> faults = Faults();

        Assert.Equal(
            [(LogFaultKind.WrongChecksum, batches[2].Position), (LogFaultKind.Garbage, batches[3].Position)],
            faults.Select(fault => (fault.Kind, fault.Position!.Value)));
        Assert.Contains($"2048 of them, from its byte {batches[2].SizeInBytes - 2048} on, are zeros", faults[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".index", 0)]
    [InlineData(".index", 2 * 8)]
    [InlineData(".timeindex", 0)]
    [InlineData(".timeindex", 2 * 12)]
    public void Index_OfAnEarlierSegmentThatEndsTooSoon_IsStale(string extension, int bytes)
    {
        string index = Path.ChangeExtension(Log(1), extension);
        File.WriteAllBytes(index, File.ReadAllBytes(index)[..bytes]);

        Assert.Equal(index, OnlyOf(LogFaultKind.StaleIndex).File);
    }

    [Fact]
    public void Index_OfAnEarlierSegmentFullOfZeros_IsStale()
    {
        string index = Path.ChangeExtension(Log(1), ".index");
        Edit(index, Array.Clear);

        Assert.Equal(index, OnlyOf(LogFaultKind.StaleIndex).File);
    }

    [Fact]
    public void Faults_OfAnyKind_TellTheOffsetFromWhichOn()
    {
        BatchSummary last = Batches(2)[^1];
        Truncate(Log(2), 100);
        string index = Path.ChangeExtension(Log(1), ".index");
        File.Delete(index);

        Assert.Equal(
            [(LogFaultKind.TornTail, last.BaseOffset), (LogFaultKind.MissingIndex, SegmentFiles.BaseOffsetOf(index))],
            Faults().Select(fault => (fault.Kind, fault.Offset)).Order());
    }

    [Fact]
    public void BitFlip_InTheLastBatchOfASegment_LeavesItsIndexesRight()
    {
        Edit(Log(0), bytes => bytes[^1] ^= 1);

        OnlyOf(LogFaultKind.WrongChecksum);
    }

    [Fact]
    public void Indexes_MadeInAdvance_AreNoFault()
    {
        foreach (string index in new[] { ".index", ".timeindex" }) File.WriteAllBytes(Path.ChangeExtension(Log(2), index), new byte[1200]);

        Assert.Empty(Faults());
    }

    [Fact]
    public void Index_OfLastOffsetsOfSeveralBatches_IsNoFault()
    {
        List<BatchSummary> batches = Batches(0);
        Edit(Path.ChangeExtension(Log(0), ".index"), bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(bytes.Length - 4), (int)batches[^2].Position));

        Assert.All(Faults(), fault => Assert.Equal(".timeindex", Path.GetExtension(fault.File)));
    }

    [Fact]
    public void EpochCheckpoint_OfAPartitionWithoutRecords_IsEmpty()
    {
        foreach (string file in Directory.GetFiles(Folder)) File.Delete(file);
        File.WriteAllText(Path.Combine(Folder, "00000000000000000000.log"), "");
        File.WriteAllText(Path.Combine(Folder, EpochCheck.FileName), "");

        Assert.Empty(Faults());
    }

    [Theory]
    [InlineData(false, 0, true)]
    [InlineData(false, 160, false)]
    [InlineData(true, 0, false)]
    public void StaleIndex_IsMendedAtStart_BehindTheRecoveryPointOfAnUncleanStop(bool wasClosed, long recoveryPoint, bool isMended)
    {
        if (wasClosed) File.WriteAllText(Path.Combine(Folder, "..", ".kafka_cleanshutdown"), "");
        File.WriteAllText(Path.Combine(Folder, "..", "recovery-point-offset-checkpoint"), $"0\n1\nt 0 {recoveryPoint}\n");
        Edit(Path.ChangeExtension(Log(0), ".index"), bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), 5));

        Assert.Equal(isMended, OnlyOf(LogFaultKind.StaleIndex).IsMendedAtStart);
    }

    [Fact]
    public void Garbage_ThatLooksLikeHeaders_IsPassedInOneGo()
    {
        BatchSummary batch = Batches(0)[1];
        Edit(Log(0), bytes =>
        {
            Span<byte> span = bytes.AsSpan((int)batch.Position, batch.SizeInBytes);
            new Random(1).NextBytes(span);
            for (int at = 0; at < span.Length; at += 3) span[at] = 2; // the magic of a batch, everywhere
        });

        Assert.Equal(batch.Position, OnlyOf(LogFaultKind.Garbage).Position);
    }

    [Fact]
    public void Indexes_BothStale_AreNamedBoth()
    {
        Edit(Path.ChangeExtension(Log(0), ".index"), bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), 5));
        Edit(Path.ChangeExtension(Log(0), ".timeindex"), bytes => BinaryPrimitives.WriteInt64BigEndian(bytes, 5));

        Assert.Equal(2, Faults().Count(fault => fault.Kind == LogFaultKind.StaleIndex));
    }

    [Fact]
    public void Index_PointingElsewhere_IsStale()
    {
        string index = Path.ChangeExtension(Log(0), ".index");
        Edit(index, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), 5));

        LogFault fault = OnlyOf(LogFaultKind.StaleIndex);

        Assert.Equal((index, 8), (fault.File, fault.Position));
    }

    [Fact]
    public void TimeIndex_WithAnotherTime_IsStale()
    {
        string index = Path.ChangeExtension(Log(0), ".timeindex");
        Edit(index, bytes => BinaryPrimitives.WriteInt64BigEndian(bytes, 5));

        Assert.Equal((index, 0), (OnlyOf(LogFaultKind.StaleIndex).File, OnlyOf(LogFaultKind.StaleIndex).Position));
    }

    [Fact]
    public void Index_Deleted_IsMissing()
    {
        string index = Path.ChangeExtension(Log(1), ".index");
        File.Delete(index);

        Assert.Equal(index, OnlyOf(LogFaultKind.MissingIndex).File);
    }

    [Fact]
    public void Snapshot_Flipped_IsDamaged()
    {
        string snapshot = Directory.EnumerateFiles(Folder, "*.snapshot").First();
        Edit(snapshot, bytes => bytes[^1] ^= 1);

        Assert.Equal(snapshot, OnlyOf(LogFaultKind.DamagedSnapshot).File);
    }

    [Fact]
    public void EpochCheckpoint_OfAnotherLog_DoesNotFit()
    {
        File.WriteAllText(Path.Combine(Folder, EpochCheck.FileName), "0\n1\n0 55\n");

        LogFault fault = OnlyOf(LogFaultKind.WrongEpochs);

        Assert.Equal(0, fault.Offset);
        Assert.Contains("not at 55", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EpochCheckpoint_WithoutEpochsOfLaterSegments_LacksEachOnce()
    {
        // No checksum covers a batch's leader epoch.
        for (int segment = 1; segment <= 2; segment++)
        {
            List<BatchSummary> batches = Batches(segment);
            int epoch = segment;
            Edit(Log(segment), bytes =>
            {
                foreach (BatchSummary batch in batches) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((int)batch.Position + 12), epoch);
            });
        }

        IReadOnlyList<LogFault> faults = [.. Faults().Where(fault => fault.Kind == LogFaultKind.WrongEpochs)];

        Assert.Equal([Batches(1)[0].BaseOffset, Batches(2)[0].BaseOffset], faults.Select(fault => fault.Offset));
    }

    [Fact]
    public void Records_OtherThanTheHeaderSays_AreNamed()
    {
        BatchSummary batch = Batches(0)[0];
        Edit(Log(0), bytes =>
        {
            Span<byte> span = bytes.AsSpan((int)batch.Position, batch.SizeInBytes);
            BinaryPrimitives.WriteInt32BigEndian(span[RecordBatchView.RecordCountAt..], batch.RecordCount + 1);
            RecordBatchView.SetCrc(span);
        });

        Assert.Equal(batch.BaseOffset, OnlyOf(LogFaultKind.WrongRecords).Offset);
    }
}
