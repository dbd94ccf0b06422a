using LogBroker.Protocol.Records;

namespace LogBroker.Protocol.Tests.Records;

public sealed class EndTransactionMarkerTests
{
    [Theory]
    [InlineData(ControlRecordType.Commit)]
    [InlineData(ControlRecordType.Abort)]
    public void ToBatch_OfAMarker_Is78BytesAndReadBack(ControlRecordType type)
    {
        byte[] bytes = new EndTransactionMarker(type, 9).ToBatch(producerId: 4_000, producerEpoch: 2, timestamp: 123);

        RecordBatchView batch = RecordBatchBuilderTests.Read(bytes);
        RecordEnumerator records = batch.EnumerateRecords();
        Assert.True(records.MoveNext());
        Assert.True(EndTransactionMarker.TryRead(records.Current, out EndTransactionMarker marker));

        Assert.Equal(78, bytes.Length);
        Assert.Equal(0x20, bytes[RecordBatchView.HeaderSizeInBytes]);
        Assert.Equal(0x0030, batch.Attributes);
        Assert.Equal((4_000L, (short)2, -1), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence));
        Assert.Equal((1, 0, 123L), (batch.RecordCount, batch.LastOffsetDelta, batch.MaxTimestamp));
        Assert.True(batch.IsCrcValid);
        Assert.Equal(new EndTransactionMarker(type, 9), marker);
    }

    [Fact]
    public void ToBatch_OfAnotherType_IsRefused() =>
        Assert.Throws<InvalidOperationException>(
            () => new EndTransactionMarker(ControlRecordType.LeaderChange, 0).ToBatch(1, 1, 1));

    [Fact]
    public void TryRead_OfAnotherControlRecord_IsFalse()
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { IsControl = true });
        builder.Append(1, new byte[] { 0, 0, 0, 2 }, NullableBytes.Null);
        RecordEnumerator records = RecordBatchBuilderTests.Read(builder.Build().Span).EnumerateRecords();
        Assert.True(records.MoveNext());

        Assert.False(EndTransactionMarker.TryRead(records.Current, out _));
        Assert.Equal(new ControlRecord(0, ControlRecordType.LeaderChange), ControlRecord.ReadKey(records.Current.Key));
    }

    [Theory]
    [InlineData("000001", "000000000009")] // short key
    [InlineData("FFFF0001", "000000000009")] // negative version of the key
    [InlineData("00000001", "0000000000")] // short value
    [InlineData("00000001", "FFFF00000009")] // negative version of the value
    public void TryRead_OfABrokenMarker_Throws(string key, string value)
    {
        byte[] keyBytes = Convert.FromHexString(key);
        byte[] valueBytes = Convert.FromHexString(value);
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { IsControl = true });
        builder.Append(1, keyBytes, valueBytes);
        byte[] batch = builder.Build().ToArray();

        Assert.Throws<InvalidRecordException>(() =>
        {
            RecordEnumerator records = RecordBatchBuilderTests.Read(batch).EnumerateRecords();
            records.MoveNext();
            EndTransactionMarker.TryRead(records.Current, out _);
        });
    }
}
