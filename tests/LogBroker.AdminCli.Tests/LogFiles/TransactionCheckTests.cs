using System.Buffers.Binary;
using LogBroker.AdminCli.LogFiles;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.AdminCli.Tests.LogFiles;

/// <summary>The index of aborted transactions against a log in which producer 9 aborts one from 1 to 3, while 10's, begun at 2, commits.</summary>
public sealed class TransactionCheckTests : IDisposable
{
    private const long FirstAt = 10, MarkerAt = 18, StableAt = 26;

    private readonly string _directory = Directory.CreateDirectory(Path.Combine(Directory.CreateTempSubdirectory("logbroker-txn-").FullName, "t-0")).FullName;

    public TransactionCheckTests()
    {
        byte[][] batches = [Data(-1), Data(9), Data(10), Marker(ControlRecordType.Abort, 9), Marker(ControlRecordType.Commit, 10)];
        for (int offset = 0; offset < batches.Length; offset++) BinaryPrimitives.WriteInt64BigEndian(batches[offset], offset);
        File.WriteAllBytes(Path.Combine(_directory, "00000000000000000000.log"), [.. batches.SelectMany(batch => batch)]);
        File.WriteAllBytes(Index, Entry(9, 1, 3, 2));
        foreach (string index in new[] { ".index", ".timeindex" }) File.WriteAllBytes(Path.ChangeExtension(Index, index), []);
    }

    private string Index => Path.Combine(_directory, "00000000000000000000.txnindex");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);

    [Fact]
    public void Intact_HasNoFault() => Assert.Empty(PartitionCheck.Run(_directory).Faults);

    [Theory]
    [InlineData(2, 10, "ends at 3, where there is no marker that aborts one of it")]
    [InlineData(FirstAt, 2, "begins at 2, and its first record is at 1")]
    [InlineData(MarkerAt, 4, "ends at 4, where there is no marker that aborts one of it")]
    [InlineData(StableAt, 4, "is 4, and should be 2")]
    public void Entry_OfAnotherTransaction_IsStale(int at, long value, string reason)
    {
        byte[] entry = File.ReadAllBytes(Index);
        BinaryPrimitives.WriteInt64BigEndian(entry.AsSpan(at), value);
        File.WriteAllBytes(Index, entry);

        Assert.Contains(PartitionCheck.Run(_directory).Faults, fault =>
            fault.Kind == LogFaultKind.StaleIndex && fault.File == Index && fault.Position == 0 && fault.Message.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Index_Deleted_IsMissingAndNotMendedAfterACleanStop()
    {
        File.Delete(Index);
        File.WriteAllText(Path.Combine(_directory, "..", ".kafka_cleanshutdown"), "");

        LogFault fault = Assert.Single(PartitionCheck.Run(_directory).Faults);

        Assert.Equal((LogFaultKind.MissingIndex, false), (fault.Kind, fault.IsMendedAtStart));
        Assert.Contains("of producer 9 from 1 to 3 is not in it", fault.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(_directory, "..", ".kafka_cleanshutdown"));
        Assert.True(Assert.Single(PartitionCheck.Run(_directory).Faults).IsMendedAtStart);
    }

    private static byte[] Data(long producer)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { ProducerId = producer, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = producer >= 0 });
        builder.Append(1_700_000_000_000, default, "v"u8.ToArray());
        return builder.Build().ToArray();
    }

    private static byte[] Marker(ControlRecordType type, long producer) => new EndTransactionMarker(type, 0).ToBatch(producer, 0, 1_700_000_000_000);

    private static byte[] Entry(long producer, long first, long marker, long stable)
    {
        var entry = new byte[34];
        BinaryPrimitives.WriteInt64BigEndian(entry.AsSpan(2), producer);
        BinaryPrimitives.WriteInt64BigEndian(entry.AsSpan((int)FirstAt), first);
        BinaryPrimitives.WriteInt64BigEndian(entry.AsSpan((int)MarkerAt), marker);
        BinaryPrimitives.WriteInt64BigEndian(entry.AsSpan((int)StableAt), stable);
        return entry;
    }
}
