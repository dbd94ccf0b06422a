using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Producers;

public sealed class ProducerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RepeatedBatch_OfTheLastFive_IsAnsweredWithItsOffset(bool restarts)
    {
        using var store = new StoreFixture();
        for (int batch = 0; batch < 7; batch++) Assert.True(Append(store, batch * 3, 3).IsAppended);
        if (restarts) store.Restart();

        for (int batch = 2; batch < 7; batch++)
        {
            LogAppendResult again = Append(store, batch * 3, 3);
            Assert.Equal((ErrorCode.None, true, new Offset(batch * 3)), (again.Error, again.IsDuplicate, again.BaseOffset));
        }

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(store, 3, 3).Error);
        Assert.Equal(new Offset(21), store.Log.LogEndOffset);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Batch_OutOfSequence_IsRefused(int sequence)
    {
        using var store = new StoreFixture();
        Append(store, 0, 3);

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(store, sequence, 3).Error);
    }

    [Fact]
    public void Sequence_WrapsToZero()
    {
        using var store = new StoreFixture();
        Assert.True(Append(store, int.MaxValue - 2, 2).IsAppended);
        Assert.True(Append(store, int.MaxValue, 3).IsAppended);
        Assert.True(Append(store, 2, 1).IsAppended);

        Assert.True(Append(store, int.MaxValue, 3).IsDuplicate);
        Assert.Equal(2, Assert.Single(store.Log.ActiveProducers).LastSequence);
    }

    [Fact]
    public void UnknownProducer_MayStartAnywhere()
    {
        using var store = new StoreFixture();

        Assert.True(Append(store, 17, 3).IsAppended);
    }

    [Fact]
    public void NewEpoch_MustStartAtZero_AndFencesTheOld()
    {
        using var store = new StoreFixture();
        Append(store, 0, 3);

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(store, 3, 1, epoch: 1).Error);
        Assert.True(Append(store, 0, 1, epoch: 1).IsAppended);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, Append(store, 3, 1).Error);
    }

    public static TheoryData<bool, string> Deletions
    {
        get
        {
            var data = new TheoryData<bool, string>();
            foreach (bool byRetention in (bool[])[false, true])
                foreach (string stop in (string[])["none", "clean", "kill", "kill-after-checkpoint"]) data.Add(byRetention, stop);
            return data;
        }
    }

    /// <summary>Since KIP-360 a producer is known as long as it is not idle for too long, whatever becomes of its records.
    /// </summary>
    [Theory]
    [MemberData(nameof(Deletions))]
    public void ProducerOfDeletedRecords_IsStillKnown(bool byRetention, string stop)
    {
        using var store = new StoreFixture(
            options: new LogOptions { SegmentBytes = 300, RetentionBytes = 0, FileDeleteDelay = TimeSpan.Zero });
        for (int batch = 0; batch < 7; batch++) Assert.True(Append(store, batch * 3, 3).IsAppended);
        store.Flush();
        if (byRetention) Assert.NotEqual(0, store.Store.RunRetention());
        else Assert.Equal(ErrorCode.None, store.Log.AdvanceLogStart(new Offset(21)));
        if (stop == "kill-after-checkpoint") store.Store.WriteCheckpoints();
        if (stop == "clean") store.Restart();
        else if (stop != "none") store.Crash();

        Assert.Equal(new Offset(21), store.Log.LogEndOffset);
        Assert.True(Append(store, 18, 3).IsDuplicate);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(store, 22, 1).Error);
        Assert.Equal(new Offset(21), Append(store, 21, 1).BaseOffset);
    }

    [Fact]
    public void Duplicate_IsAnsweredWithTheTimeOfTheOriginal()
    {
        using var store = new StoreFixture(options: new LogOptions { TimestampType = TimestampType.LogAppendTime });
        long time = store.Time.Milliseconds;
        Assert.Equal(time, Append(store, 0, 3).LogAppendTimestamp);
        store.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((Offset.Zero, time), (Append(store, 0, 3).BaseOffset, Append(store, 0, 3).LogAppendTimestamp));
    }

    [Fact]
    public void IdleProducer_IsForgotten()
    {
        using var store = new StoreFixture();
        Append(store, 0, 3);
        Append(store, 0, 1, producerId: 8, isTransactional: true);
        store.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(1, store.Store.RunProducerExpiration());

        Assert.Equal(8, Assert.Single(store.Log.ActiveProducers).ProducerId);
    }

    [Fact]
    public void OpenTransaction_HoldsTheLastStableOffset_UntilItsMarkerIsVisible()
    {
        using var store = new StoreFixture();
        store.Append("before");
        Append(store, 0, 2, isTransactional: true);
        store.Append("after");
        Assert.Equal(new Offset(1), store.Log.FirstOpenTransactionOffset);
        Assert.Equal(new Offset(1), store.Log.LastStableOffsetAt(new Offset(4)));

        LogAppendResult marker = End(store, ControlRecordType.Commit);

        Assert.Equal(new Offset(4), marker.BaseOffset);
        Assert.Null(store.Log.FirstOpenTransactionOffset);
        Assert.Equal(new Offset(1), store.Log.LastStableOffsetAt(new Offset(4)));
        Assert.Equal(new Offset(5), store.Log.LastStableOffsetAt(new Offset(5)));
        Assert.Empty(store.Log.AbortedTransactions(Offset.Zero, new Offset(5)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void AbortedTransaction_IsListed_AfterAnyRestart(int restart)
    {
        using var store = new StoreFixture();
        Append(store, 0, 2, isTransactional: true);
        Append(store, 0, 1, producerId: 9, isTransactional: true);
        End(store, ControlRecordType.Abort);
        End(store, ControlRecordType.Abort, producerId: 9);
        if (restart == 1) store.Restart();
        if (restart == 2) store.Crash();

        Assert.Equal<AbortedTransaction>(
        [
            new AbortedTransaction(7, new Offset(0), new Offset(3), new Offset(2)),
            new AbortedTransaction(9, new Offset(2), new Offset(4), new Offset(5)),
        ], store.Log.AbortedTransactions(Offset.Zero, new Offset(5)));
        Assert.Single(store.Log.AbortedTransactions(Offset.Zero, new Offset(2)));
        Assert.Empty(store.Log.AbortedTransactions(new Offset(5), new Offset(6)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(30)]
    public void AbortedTransaction_WhoseIndexEntryIsTorn_IsListedOnce(int whole)
    {
        using var store = new StoreFixture();
        store.Append("before", "the", "recovery", "point");
        store.Flush();
        store.Store.WriteCheckpoints();
        Append(store, 0, 2, isTransactional: true);
        End(store, ControlRecordType.Abort);
        store.Store.Dispose();
        using (FileStream index = File.OpenWrite(store.PathOf("00000000000000000000.txnindex")))
        {
            index.Position = whole;
            index.Write(new byte[34 - whole]);
        }

        store.Open();

        Assert.Equal(
            new AbortedTransaction(7, new Offset(4), new Offset(6), new Offset(7)),
            Assert.Single(store.Log.AbortedTransactions(Offset.Zero, new Offset(7))));
    }

    [Fact]
    public void OpenTransaction_SurvivesRestart()
    {
        using var store = new StoreFixture();
        store.Append("x");
        Append(store, 0, 2, isTransactional: true);

        store.Restart();

        Assert.Equal(new Offset(1), store.Log.FirstOpenTransactionOffset);
        Assert.Equal(ErrorCode.InvalidTxnState, Append(store, 2, 1).Error);
    }

    [Fact]
    public void Marker_OfAStaleCoordinatorOrProducer_IsRefused()
    {
        using var store = new StoreFixture();
        Append(store, 0, 2, epoch: 3, isTransactional: true);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, End(store, ControlRecordType.Abort, epoch: 2).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, End(store, ControlRecordType.Abort, epoch: 3, version: 2).Error);
        Assert.Equal(ErrorCode.None, End(store, ControlRecordType.Abort, epoch: 4, version: 2, coordinator: 5).Error);
        Assert.Equal(ErrorCode.None, End(store, ControlRecordType.Abort, epoch: 4, version: 2, coordinator: 5).Error);

        Assert.Equal(
            ErrorCode.TransactionCoordinatorFenced,
            End(store, ControlRecordType.Abort, epoch: 5, coordinator: 4).Error);
    }

    [Fact]
    public void Snapshot_WithoutOurPart_IsReadAsKafkasOwn()
    {
        var producer = new ProducerState(5);
        producer.Add(1, new AppendedBatch(9, new Offset(20), 4, 77), isTransactional: true);
        producer.Add(1, new AppendedBatch(10, new Offset(21), 0, 78), isTransactional: true);
        byte[] bytes = ProducerSnapshot.Format([producer]);

        Assert.True(ProducerSnapshot.TryParse(bytes, out List<ProducerState> all));
        Assert.Equal(2, Assert.Single(all).BatchCount);
        byte[] kafkas = bytes[..(10 + 46)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(kafkas.AsSpan(2), Crc32C.Compute(kafkas.AsSpan(6)));
        Assert.True(ProducerSnapshot.TryParse(kafkas, out List<ProducerState> one));
        Assert.Equal(new AppendedBatch(10, new Offset(21), 0, 78), Assert.Single(one).LastBatch);
        Assert.Equal(new Offset(16), one[0].TransactionStart);
        bytes[^1] ^= 1;
        Assert.False(ProducerSnapshot.TryParse(bytes, out _));
    }

    private static LogAppendResult Append(
        StoreFixture store, int sequence, int count, long producerId = 7, short epoch = 0, bool isTransactional = false) =>
        store.AppendBatch(
            Batches.Idempotent(producerId, epoch, sequence, count, store.Time.Milliseconds, isTransactional));

    private static LogAppendResult End(
        StoreFixture store,
        ControlRecordType type,
        long producerId = 7,
        short epoch = 0,
        short version = 0,
        int coordinator = 0) => store.Log.AppendAsLeader(
            new EndTransactionMarker(type, coordinator).ToBatch(producerId, epoch, store.Time.Milliseconds),
            new LeaderEpoch(0),
            AppendOrigin.Coordinator,
            version);
}
