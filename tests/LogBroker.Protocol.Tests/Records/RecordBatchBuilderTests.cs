using System.Buffers;
using System.Text;
using LogBroker.Protocol.Records;

namespace LogBroker.Protocol.Tests.Records;

public sealed class RecordBatchBuilderTests
{
    [Fact]
    public void Build_WithRecords_IsReadBackWhole()
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions
        {
            BaseOffset = new Offset(42),
            PartitionLeaderEpoch = new LeaderEpoch(7),
            ProducerId = 1_000_000_000_000,
            ProducerEpoch = 3,
            BaseSequence = 17,
            IsTransactional = true,
        });
        builder.Append(1_000, "k1"u8, "v1"u8, new RecordHeader("h", [1, 2]), new RecordHeader("grüße", (byte[]?)null));
        builder.Append(900, NullableBytes.Null, ""u8);
        builder.Append(1_500, ""u8, NullableBytes.Null, new RecordHeader("", []));

        RecordBatchView batch = Read(builder.Build().Span);

        Assert.Equal(RecordBatchView.CurrentMagic, batch.Magic);
        Assert.True(batch.IsCrcValid);
        Assert.Equal(new Offset(42), batch.BaseOffset);
        Assert.Equal(new Offset(44), batch.LastOffset);
        Assert.Equal(new LeaderEpoch(7), batch.PartitionLeaderEpoch);
        Assert.Equal(CompressionType.None, batch.Compression);
        Assert.Equal(1_000, batch.BaseTimestamp);
        Assert.Equal(1_500, batch.MaxTimestamp);
        Assert.Equal((1_000_000_000_000, (short)3, 17), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence));
        Assert.Equal((true, false, false), (batch.IsTransactional, batch.IsControl, batch.HasDeleteHorizon));
        Assert.Equal(
            ["42 1000 k1=v1 h=0102 grüße=null", "43 900 null=", "44 1500 =null ="], Texts(batch));
    }

    [Fact]
    public void Build_WithNoRecords_IsAnEmptyBatch()
    {
        using var builder = new RecordBatchBuilder();

        RecordBatchView batch = Read(builder.Build().Span);

        Assert.Equal(RecordBatchView.HeaderSizeInBytes, batch.SizeInBytes);
        Assert.Equal((0, -1L, -1L), (batch.RecordCount, batch.BaseTimestamp, batch.MaxTimestamp));
        Assert.True(batch.IsCrcValid);
        Assert.Empty(Texts(batch));
    }

    [Fact]
    public void Build_Twice_GivesTheSameBytes()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, "k"u8, "v"u8);

        byte[] first = builder.Build().ToArray();

        Assert.Equal(first, builder.Build().ToArray());
        Assert.Throws<InvalidOperationException>(() => builder.Append(2, "k"u8, "v"u8));
    }

    [Fact]
    public void Build_WithLogAppendTime_GivesItToEveryRecord()
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { LogAppendTimestamp = 5_000 });
        builder.Append(1, NullableBytes.Null, "a"u8);
        builder.Append(2, NullableBytes.Null, "b"u8);

        RecordBatchView batch = Read(builder.Build().Span);

        Assert.Equal(TimestampType.LogAppendTime, batch.TimestampType);
        Assert.Equal(["0 5000 null=a", "1 5000 null=b"], Texts(batch));
    }

    [Fact]
    public void Build_WithCodec_CompressesTheRecordsOnly()
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { Codec = new ComplementCodec() });
        builder.Append(1, "k"u8, "v"u8);
        RecordBatchView batch = Read(builder.Build().Span);
        using var plain = new PooledBufferWriter();
        new ComplementCodec().Decompress(batch.Payload, plain, int.MaxValue);

        var records = new RecordEnumerator(plain.WrittenSpan, batch.RecordCount);

        Assert.Equal(CompressionType.Zstd, batch.Compression);
        Assert.True(batch.IsCrcValid);
        Assert.True(records.MoveNext());
        Assert.Equal("v", Encoding.UTF8.GetString(records.Current.Value));
        Assert.False(records.MoveNext());
    }

    [Fact]
    public void AppendAt_WithGaps_KeepsOffsetsAndHeaders()
    {
        using var source = new RecordBatchBuilder(new RecordBatchOptions { BaseOffset = new Offset(10) });
        for (int index = 0; index < 4; index++)
            source.Append(index, new[] { (byte)('a' + index) }, "x"u8, new RecordHeader("n", [(byte)index]));
        using var target = new RecordBatchBuilder(new RecordBatchOptions { BaseOffset = new Offset(10) });
        RecordBatchView whole = Read(source.Build().Span);
        foreach (RecordView record in whole.EnumerateRecords())
        {
            if (record.OffsetDelta % 2 == 1) target.AppendAt(record.OffsetDelta, whole.TimestampOf(record), record);
        }

        RecordBatchView batch = Read(target.Build().Span);

        Assert.Equal((2, 3), (batch.RecordCount, batch.LastOffsetDelta));
        Assert.Equal(["11 1 b=x n=01", "13 3 d=x n=03"], Texts(batch));
    }

    [Fact]
    public void Reset_AfterBuild_StartsAnew()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, "a"u8, "b"u8);
        byte[] first = builder.Build().ToArray();

        builder.Reset();
        builder.Append(1, "a"u8, "b"u8);

        Assert.Equal(first, builder.Build().ToArray());
    }

    [Fact]
    public void StampLogAppendTime_OnABatch_KeepsItsCrcValid()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1, "a"u8, "b"u8);
        byte[] bytes = builder.Build().ToArray();

        RecordBatchView.StampLogAppendTime(bytes, 77);
        RecordBatchView.Stamp(bytes, new Offset(5), new LeaderEpoch(2));

        RecordBatchView batch = Read(bytes);
        Assert.True(batch.IsCrcValid);
        Assert.Equal((TimestampType.LogAppendTime, 77L), (batch.TimestampType, batch.MaxTimestamp));
        Assert.Equal((new Offset(5), new LeaderEpoch(2)), (batch.BaseOffset, batch.PartitionLeaderEpoch));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TryReadMagic_OfAnyFormat_FindsIt(sbyte magic)
    {
        byte[] bytes = new byte[17];
        bytes[16] = (byte)magic;

        Assert.True(RecordBatchView.TryReadMagic(bytes, out sbyte found));
        Assert.Equal(magic, found);
        Assert.False(RecordBatchView.TryReadMagic(bytes.AsSpan(0, 16), out _));
    }

    internal static RecordBatchView Read(ReadOnlySpan<byte> bytes)
    {
        Assert.True(RecordBatchView.TryRead(bytes, out RecordBatchView batch));
        Assert.Equal(bytes.Length, batch.SizeInBytes);
        return batch;
    }

    private static List<string> Texts(RecordBatchView batch)
    {
        var texts = new List<string>();
        foreach (RecordView record in batch.EnumerateRecords())
        {
            string key = record.IsKeyNull ? "null" : Encoding.UTF8.GetString(record.Key);
            string value = record.IsValueNull ? "null" : Encoding.UTF8.GetString(record.Value);
            var text = new StringBuilder();
            text.Append(batch.OffsetOf(record)).Append(' ').Append(batch.TimestampOf(record));
            text.Append(' ').Append(key).Append('=').Append(value);
            foreach (RecordHeaderView header in record.Headers)
            {
                text.Append(' ').Append(Encoding.UTF8.GetString(header.Key)).Append('=');
                text.Append(header.IsValueNull ? "null" : Convert.ToHexString(header.Value));
            }

            texts.Add(text.ToString());
        }

        return texts;
    }

    private sealed class ComplementCodec : ICompressionCodec
    {
        public CompressionType Type => CompressionType.Zstd;

        public void Compress(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
        {
            Span<byte> target = output.GetSpan(input.Length);
            for (int index = 0; index < input.Length; index++) target[index] = (byte)~input[index];
            output.Advance(input.Length);
        }

        public void Decompress(ReadOnlySpan<byte> input, IBufferWriter<byte> output, int maxBytes) =>
            Compress(input, output);
    }
}
