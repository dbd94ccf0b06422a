using System.Buffers.Binary;
using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Logs;

public sealed class BatchValidatorTests
{
    private const long Now = 1_900_000_000_000;
    private const int AttributesAt = 21;
    private const int LastOffsetDeltaAt = 23;

    [Fact]
    public void Validate_GoodBatch_Passes()
    {
        BatchValidation result = Validate(Batches.Of(Now - 5, "a", "b"), LogOptions.Default);

        Assert.Equal((ErrorCode.None, Now - 5, false), (result.Error, result.MaxTimestamp, result.NeedsRebuild));
    }

    [Fact]
    public void Validate_FlippedBit_IsCorrupt()
    {
        byte[] batch = Batches.Of(Now, "abc");
        batch[^1] ^= 1;

        Assert.Equal(ErrorCode.CorruptMessage, Validate(batch, LogOptions.Default).Error);
    }

    [Fact]
    public void Validate_Nothing_IsInvalid() =>
        Assert.Equal(ErrorCode.InvalidRecord, Validate([], LogOptions.Default).Error);

    [Fact]
    public void Validate_LegacyMagic_IsInvalid()
    {
        byte[] batch = Batches.Of(Now, "abc");
        batch[16] = 1;

        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch, LogOptions.Default).Error);
    }

    [Fact]
    public void Validate_TwoBatches_IsInvalid() => Assert.Equal(
        ErrorCode.InvalidRecord,
        Validate([.. Batches.Of(Now, "a"), .. Batches.Of(Now, "b")], LogOptions.Default).Error);

    [Fact]
    public void Validate_BaseOffsetNotZero_IsInvalid()
    {
        byte[] batch = Batches.Of(Now, "abc");
        RecordBatchView.Stamp(batch, new Offset(7), LeaderEpoch.None);

        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch, LogOptions.Default).Error);
    }

    [Fact]
    public void Validate_BatchAboveTheLimit_IsTooLarge() => Assert.Equal(
        ErrorCode.MessageTooLarge,
        Validate(Batches.Of(Now, new string('x', 500)), new LogOptions { MaxMessageBytes = 400 }).Error);

    [Fact]
    public void Validate_CountNotThatOfTheOffsets_IsInvalid()
    {
        byte[] batch = Batches.Of(Now, "a", "b");
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(LastOffsetDeltaAt), 2);
        RecordBatchView.SetCrc(batch);

        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch, LogOptions.Default).Error);
    }

    [Fact]
    public void Validate_ControlBatchOfAClient_IsInvalid()
    {
        byte[] marker = new EndTransactionMarker(ControlRecordType.Commit, 1).ToBatch(5, 0, Now);

        Assert.Equal(ErrorCode.InvalidRecord, Validate(marker, LogOptions.Default).Error);
        Assert.Equal(ErrorCode.None, Validate(marker, LogOptions.Default, AppendOrigin.Coordinator).Error);
    }

    [Fact]
    public void Validate_NoKeyInCompactedTopic_NamesTheRecord()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Now, "k"u8, "v"u8);
        builder.Append(Now, NullableBytes.Null, "v"u8);

        BatchValidation result = Validate(builder.Build().ToArray(), new LogOptions { IsCompacted = true });

        Assert.Equal(ErrorCode.InvalidRecord, result.Error);
        RecordError error = Assert.Single(result.RecordErrors);
        Assert.Equal(1, error.BatchIndex);
        Assert.StartsWith("Compacted topic cannot accept message without key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-86_400_001L)]
    [InlineData(3_600_001L)]
    public void Validate_TimestampOutOfBounds_IsRefused(long distance)
    {
        var options = new LogOptions { TimestampBeforeMaxMilliseconds = 86_400_000 };

        BatchValidation result = Validate(Batches.Of(Now + distance, "a"), options);

        Assert.Equal(ErrorCode.InvalidTimestamp, result.Error);
        Assert.Contains("is out of range", Assert.Single(result.RecordErrors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_MissingTimestamp_PassesAnyBounds() => Assert.Equal(
        ErrorCode.None,
        Validate(Batches.Of(-1, "a"), new LogOptions { TimestampBeforeMaxMilliseconds = 1 }).Error);

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void Validate_CompressedBatch_IsLookedIntoWhereKeysMatter(CompressionType type)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { Codec = CompressionCodecs.Get(type) });
        builder.Append(Now, NullableBytes.Null, "v"u8);
        byte[] batch = builder.Build().ToArray();

        Assert.Equal(ErrorCode.None, Validate(batch, LogOptions.Default).Error);
        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch, new LogOptions { IsCompacted = true }).Error);
    }

    [Fact]
    public void Validate_WrongRecordCountInside_IsInvalid()
    {
        byte[] batch = Batches.Of(Now, "a", "b");
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), 3);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(LastOffsetDeltaAt), 2);
        RecordBatchView.SetCrc(batch);

        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch, LogOptions.Default).Error);
    }

    [Fact]
    public void Validate_LogAppendTimeFromAClient_IsRefusedInSuchATopic()
    {
        byte[] batch = Batches.Of(Now, "a");
        RecordBatchView.StampLogAppendTime(batch, Now);

        BatchValidation result = Validate(batch, new LogOptions { TimestampType = TimestampType.LogAppendTime });

        Assert.Equal(ErrorCode.InvalidTimestamp, result.Error);
    }

    [Fact]
    public void Validate_UnknownCodec_IsInvalid()
    {
        byte[] batch = Batches.Of(Now, "a");
        batch[AttributesAt + 1] |= 6;
        RecordBatchView.SetCrc(batch);

        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch, LogOptions.Default).Error);
    }

    [Fact]
    public void AppendAsLeader_WithAnotherCodec_StoresThatCodec()
    {
        using var store = new StoreFixture(options: new LogOptions { Compression = CompressionType.Lz4 });

        store.Append("a", "b");

        using LogReadResult result = store.Log.Read(Offset.Zero, 1000, new Offset(2), atLeastOneBatch: true);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        result.Records.CopyTo(writer);
        Assert.True(RecordBatchView.TryRead(writer.WrittenSpan, out RecordBatchView batch));
        Assert.Equal((CompressionType.Lz4, 2, true), (batch.Compression, batch.RecordCount, batch.IsCrcValid));
        Assert.Equal(store.Time.Milliseconds, batch.MaxTimestamp);
    }

    [Fact]
    public void AppendAsLeader_WithLogAppendTime_StampsTheBrokersTime()
    {
        using var store = new StoreFixture(options: new LogOptions { TimestampType = TimestampType.LogAppendTime });

        LogAppendResult result = store.AppendBatch(Batches.Of(5, "a"));

        Assert.Equal(store.Time.Milliseconds, result.LogAppendTimestamp);
        Assert.Equal(
            new TimestampAndOffset(store.Time.Milliseconds, Offset.Zero, new LeaderEpoch(0)),
            store.Log.FindByTimestamp(6));
    }

    [Fact]
    public void Validate_UncompressedBatch_AllocatesNothing()
    {
        byte[] batch = Batches.Of(Now, [.. Enumerable.Range(0, 100).Select(number => $"value {number}")]);
        Validate(batch, LogOptions.Default);

        long before = GC.GetAllocatedBytesForCurrentThread();
        BatchValidation result = Validate(batch, LogOptions.Default);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((ErrorCode.None, 0L), (result.Error, allocated));
    }

    private static BatchValidation Validate(
        byte[] batch,
        LogOptions options,
        AppendOrigin origin = AppendOrigin.Client,
        int decompressedBytesMax = 1 << 27) => BatchValidator.Validate(
            batch,
            new ValidationRules(StoreFixture.Partition, options, origin, Now, decompressedBytesMax, true));
}
