using System.Text;
using LogBroker.Client.Consuming.Fetching;
using LogBroker.Client.Consuming.Partitions;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Consuming;

/// <summary>What is handed out of fetched batches: transactions, markers, damage.</summary>
public sealed class PartitionCursorTests
{
    private const long Aborting = 7;
    private const long Committing = 8;

    private readonly List<byte> _log = [];
    private long _end;

    [Fact]
    public void TryNext_AbortedAmongCommitted_LeavesOutTheAbortedAndAllMarkers()
    {
        Add("plain", producerId: -1);
        Add("aborted 1", Aborting);
        Add("committed 1", Committing);
        Add("aborted 2", Aborting);
        AddMarker(Aborting, ControlRecordType.Abort);
        Add("of the next transaction", Aborting);
        AddMarker(Committing, ControlRecordType.Commit);
        AddMarker(Aborting, ControlRecordType.Commit);

        var (values, cursor) = Read(0, new FetchResponse.AbortedTransaction { ProducerId = Aborting, FirstOffset = 1 });

        Assert.Equal(["plain", "committed 1", "of the next transaction"], values);
        Assert.Equal((_end, _end), (cursor.Position, cursor.Done));
        Assert.True(cursor.IsFinished);
    }

    [Fact]
    public void TryNext_TwoAbortedTransactionsOfOneProducer_LeavesOutBoth()
    {
        Add("a", Aborting);
        AddMarker(Aborting, ControlRecordType.Abort);
        Add("b", Aborting);
        AddMarker(Aborting, ControlRecordType.Commit);
        Add("c", Aborting);
        AddMarker(Aborting, ControlRecordType.Abort);

        var (values, _) = Read(
            0,
            new FetchResponse.AbortedTransaction { ProducerId = Aborting, FirstOffset = 4 },
            new FetchResponse.AbortedTransaction { ProducerId = Aborting, FirstOffset = 0 });

        Assert.Equal(["b"], values);
    }

    [Fact]
    public void TryNext_FromTheMiddleOfABatch_StartsThere()
    {
        Add("a|b|c|d", producerId: -1);

        Assert.Equal(["c", "d"], Read(2).Values);
    }

    [Fact]
    public void TryNext_WhileARecordIsInHand_CountsItAsNotDone()
    {
        Add("a|b", producerId: -1);
        var cursor = Open(0);

        Assert.True(cursor.TryNext(out _));
        Assert.Equal((1, 0), (cursor.Position, cursor.Done));
        Assert.True(cursor.TryNext(out _));
        Assert.Equal((2, 1), (cursor.Position, cursor.Done));
        Assert.False(cursor.TryNext(out _));
        Assert.Equal((2, 2), (cursor.Position, cursor.Done));
    }

    [Fact]
    public void TryNext_WhenThePartitionIsRevoked_HandsOutNoMore()
    {
        Add("a|b", producerId: -1);
        var cursor = Open(0);
        Assert.True(cursor.TryNext(out _));

        cursor.Partition!.Revoke();

        Assert.False(cursor.TryNext(out _));
        Assert.True(cursor.IsCalled);
        Assert.False(cursor.IsFinished);
    }

    [Fact]
    public void TryNext_OfADamagedBatch_Throws()
    {
        Add("a", producerId: -1);
        _log[^2] ^= 1;

        Assert.Throws<CorruptRecordException>(() => Read(0));
    }

    /// <summary>A fetch under way asks for what is behind the damage: read next, its answer would pass over it without a word.</summary>
    [Fact]
    public void GiveBack_OfADamagedChunk_TakesNothingThatWasAskedForBefore()
    {
        Add("a", producerId: -1);
        var delivery = new Delivery();
        var partition = new AssignedPartition(Filling.At("t"));
        delivery.Reposition(partition, 0, LeaderEpoch.None);
        delivery.Put(new FetchedChunk(partition, 0, default, null!) { Damage = "torn" });
        var later = new FetchedChunk(partition, 1, _log.ToArray(), null!);
        (int Version, long Offset)? again = null;
        delivery.Damaged = (_, version, offset) => again = (version, offset);
        var cursor = new PartitionCursor(checksCrcs: true);
        Assert.True(delivery.TryTake(cursor));
        Assert.Throws<CorruptRecordException>(() => cursor.TryNext(out _));

        delivery.GiveBack(cursor);
        delivery.Put(later);

        Assert.False(delivery.TryTake(cursor));
        Assert.Equal((partition.Version, 0), again);
    }

    /// <summary>Whoever assigns and then seeks says where to start: that nothing else did is no failure any more.</summary>
    [Fact]
    public void Reposition_OfAPartitionWithoutAPosition_TakesTheFailureBack()
    {
        var delivery = new Delivery();
        var partition = new AssignedPartition(Filling.At("t"));
        delivery.Fail(new OffsetOutOfRangeException(Filling.At("t"), new Offset(-1), "nothing is committed"));
        delivery.Fail(new OffsetOutOfRangeException(Filling.At("t", 1), new Offset(-1), "nothing is committed here"));

        delivery.Reposition(partition, 0, LeaderEpoch.None);

        var left = Assert.Throws<OffsetOutOfRangeException>(delivery.ThrowIfFailed);
        Assert.Equal(Filling.At("t", 1), left.TopicPartition);
        delivery.ThrowIfFailed();
    }

    private void Add(string values, long producerId)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions
        {
            BaseOffset = new Offset(_end),
            ProducerId = producerId,
            ProducerEpoch = 0,
            BaseSequence = 0,
            IsTransactional = producerId >= 0,
        });
        foreach (string value in values.Split('|'))
            builder.Append(1, default, Encoding.UTF8.GetBytes(value));
        _end += builder.RecordCount;
        _log.AddRange(builder.Build().ToArray());
    }

    private void AddMarker(long producerId, ControlRecordType type)
    {
        byte[] batch = new EndTransactionMarker(type, 0).ToBatch(producerId, 0, 1);
        RecordBatchView.Stamp(batch, new Offset(_end++), new LeaderEpoch(0));
        _log.AddRange(batch);
    }

    private PartitionCursor Open(long position, params FetchResponse.AbortedTransaction[] aborted)
    {
        var partition = new AssignedPartition(Filling.At("t"));
        var cursor = new PartitionCursor(checksCrcs: true);
        cursor.Open(new FetchedChunk(partition, 0, _log.ToArray(), null!) { Aborted = [.. aborted] }, position);
        return cursor;
    }

    private (List<string> Values, PartitionCursor Cursor) Read(long position, params FetchResponse.AbortedTransaction[] aborted)
    {
        var cursor = Open(position, aborted);
        var values = new List<string>();
        while (cursor.TryNext(out var record)) values.Add(Encoding.UTF8.GetString(record.Value));
        return (values, cursor);
    }
}
