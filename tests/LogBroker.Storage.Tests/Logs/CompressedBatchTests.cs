using System.Buffers.Binary;
using LogBroker.Compression;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Logs;

/// <summary>What is checked inside compressed batches.</summary>
public sealed class CompressedBatchTests
{
    private const long Now = 1_900_000_000_000;
    private const int AttributesAt = 21;
    private const int LastOffsetDeltaAt = 23;
    private const int RecordCountAt = 57;

    public static TheoryData<CompressionType> Codecs =>
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Validate_GoodBatch_Passes(CompressionType type)
    {
        BatchValidation result = Validate(Compressed(type, 500));

        Assert.Equal((ErrorCode.None, Now + 499, false), (result.Error, result.MaxTimestamp, result.NeedsRebuild));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Validate_PlainBytesUnderACodec_IsInvalid(CompressionType type)
    {
        Assert.Equal(ErrorCode.InvalidRecord, Validate(PlainUnder(type, Now)).Error);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Validate_StreamCutOff_IsInvalid(CompressionType type)
    {
        byte[] batch = Compressed(type, 100)[..^6];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - RecordBatchView.LogOverheadInBytes);
        RecordBatchView.SetCrc(batch);

        Assert.Equal(ErrorCode.InvalidRecord, Validate(batch).Error);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Validate_MoreRecordsDeclaredThanThere_IsInvalid(CompressionType type) =>
        Assert.Equal(ErrorCode.InvalidRecord, Validate(WithCount(Compressed(type, 100), 101)).Error);

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Validate_FewerRecordsDeclaredThanThere_IsInvalid(CompressionType type) =>
        Assert.Equal(ErrorCode.InvalidRecord, Validate(WithCount(Compressed(type, 100), 99)).Error);

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Validate_NoKeyInCompactedTopic_IsInvalid(CompressionType type)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { Codec = CompressionCodecs.Get(type) });
        builder.Append(Now, "k"u8, "v"u8);
        builder.Append(Now, NullableBytes.Null, "v"u8);
        byte[] batch = builder.Build().ToArray();

        BatchValidation result = Validate(batch, new LogOptions { IsCompacted = true });

        Assert.Equal(ErrorCode.None, Validate(batch).Error);
        Assert.Equal(ErrorCode.InvalidRecord, result.Error);
        Assert.Equal(1, Assert.Single(result.RecordErrors).BatchIndex);
    }

    [Fact]
    public void Validate_TimestampInsideOutOfBounds_IsRefused()
    {
        byte[] batch = Compressed(CompressionType.Zstd, 1, firstTimestamp: Now + 7_200_000);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), Now); // the header does not tell
        RecordBatchView.SetCrc(batch);

        Assert.Equal(ErrorCode.InvalidTimestamp, Validate(batch).Error);
        Assert.Equal(
            ErrorCode.None, Validate(batch, new LogOptions { TimestampType = TimestampType.LogAppendTime }).Error);
    }

    [Fact]
    public void Validate_MaxTimestampOfTheHeaderWrong_TellsTheRight()
    {
        byte[] batch = Compressed(CompressionType.Lz4, 3);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), Now + 77);
        RecordBatchView.SetCrc(batch);

        Assert.Equal(Now + 2, Validate(batch).MaxTimestamp);
    }

    [Fact]
    public void Validate_Bomb_IsBoundedInTimeAndMemory()
    {
        using var builder = new RecordBatchBuilder(
            new RecordBatchOptions { Codec = CompressionCodecs.Get(CompressionType.Zstd) });
        builder.Append(Now, "k"u8, new byte[24 << 20].AsSpan());
        byte[] batch = builder.Build().ToArray();
        Validate(batch);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ErrorCode inBounds = Validate(batch).Error;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(ErrorCode.None, inBounds);
        Assert.InRange(allocated, 0, 256 * 1024);
        Assert.Equal(ErrorCode.MessageTooLarge, Validate(batch, decompressedBytesMax: 20 << 20).Error);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Validate_NotChecked_TakesTheHeaderAtItsWord(CompressionType type)
    {
        byte[] batch = WithCount(Compressed(type, 100), 101);

        BatchValidation result = Validate(batch, checksAll: false);

        Assert.Equal((ErrorCode.None, Now + 99, false), (result.Error, result.MaxTimestamp, result.NeedsRebuild));
    }

    [Fact]
    public void Validate_NotChecked_LooksInsideWhereTheTopicWantsMore()
    {
        byte[] batch = WithCount(Compressed(CompressionType.Lz4, 100), 101);

        Assert.Equal(ErrorCode.InvalidRecord, Check(new LogOptions { IsCompacted = true }));
        Assert.Equal(ErrorCode.InvalidRecord, Check(new LogOptions { Compression = CompressionType.Zstd }));
        Assert.Equal(ErrorCode.InvalidRecord, Check(new LogOptions { TimestampBeforeMaxMilliseconds = 86_400_000 }));
        Assert.Equal(ErrorCode.None, Check(new LogOptions { Compression = CompressionType.Lz4 }));
        Assert.Equal(ErrorCode.None, Check(new LogOptions { TimestampType = TimestampType.LogAppendTime }));

        ErrorCode Check(LogOptions options) => Validate(batch, options, checksAll: false).Error;
    }

    [Fact]
    public void Validate_NotCheckedButTheHeadersTimestampsAreOdd_LooksInside()
    {
        byte[] late = Compressed(CompressionType.Zstd, 2, firstTimestamp: Now + 7_200_000);
        byte[] never = Compressed(CompressionType.Zstd, 2);
        BinaryPrimitives.WriteInt64BigEndian(never.AsSpan(35), -1);
        RecordBatchView.SetCrc(never);

        BatchValidation refused = Validate(late, checksAll: false);
        BatchValidation mended = Validate(never, checksAll: false);

        Assert.Equal((ErrorCode.InvalidTimestamp, 2), (refused.Error, refused.RecordErrors.Length));
        Assert.Equal((ErrorCode.None, Now + 1), (mended.Error, mended.MaxTimestamp));
    }

    [Fact]
    public void FindByTimestamp_BatchThatCannotBeDecompressed_LeadsToIt()
    {
        using var store = new StoreFixture();
        long time = store.Time.Milliseconds;
        store.Append("first");
        Assert.True(store.AppendBatch(PlainUnder(CompressionType.Zstd, time + 1)).IsAppended);

        Assert.Null(store.Log.FindByTimestamp(time + 2));
        Assert.Equal(new Protocol.Offset(1), store.Log.FindByTimestamp(time + 1)?.Offset);
        Assert.Equal(new Protocol.Offset(1), store.Log.FindMaxTimestamp()?.Offset);
    }

    [Theory]
    [InlineData(CompressionType.Gzip, 1, 9)]
    [InlineData(CompressionType.Lz4, 1, 12)]
    [InlineData(CompressionType.Zstd, -50, 19)]
    public void AppendAsLeader_TopicsCodecAndLevel_DecideTheBytes(CompressionType type, int fast, int small)
    {
        int fastBytes = StoredBytes(CompressionCodecs.Create(type, fast));
        int smallBytes = StoredBytes(CompressionCodecs.Create(type, small));

        Assert.True(smallBytes < fastBytes, $"{smallBytes} is not below {fastBytes}");
    }

    [Fact]
    public void AppendAsLeader_TopicOfNoCompression_StoresPlainRecords()
    {
        using var store = new StoreFixture(options: new LogOptions { Compression = CompressionType.None });

        store.AppendBatch(Compressed(CompressionType.Gzip, 5, store.Time.Milliseconds));

        Assert.Equal(5, Batches.ReadAll(store.Log, Protocol.Offset.Zero).Count);
    }

    private static int StoredBytes(ICompressionCodec codec)
    {
        using var store = new StoreFixture(options: new LogOptions { Compression = codec.Type, Codec = codec });
        string[] words = [.. Enumerable.Range(0, 3000).Select(number => $"value {number * 7919 % 1009}, {number % 13}")];
        Assert.True(store.Append(words).IsAppended);
        return (int)store.Log.SizeInBytes;
    }

    private static byte[] Compressed(CompressionType type, int records, long firstTimestamp = Now)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { Codec = CompressionCodecs.Get(type) });
        for (int index = 0; index < records; index++)
        {
            builder.Append(
                firstTimestamp + index, "key"u8, System.Text.Encoding.ASCII.GetBytes($"value {index}"),
                new RecordHeader("header", "x"u8.ToArray()));
        }

        return builder.Build().ToArray();
    }

    private static byte[] PlainUnder(CompressionType type, long timestamp)
    {
        byte[] batch = Batches.Of(timestamp, "plain");
        batch[AttributesAt + 1] |= (byte)type;
        RecordBatchView.SetCrc(batch);
        return batch;
    }

    private static byte[] WithCount(byte[] batch, int count)
    {
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(LastOffsetDeltaAt), count - 1);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordCountAt), count);
        RecordBatchView.SetCrc(batch);
        return batch;
    }

    private static BatchValidation Validate(
        byte[] batch, LogOptions? options = null, int decompressedBytesMax = 1 << 27, bool checksAll = true) => BatchValidator.Validate(
            batch,
            new ValidationRules(
                StoreFixture.Partition,
                options ?? LogOptions.Default,
                AppendOrigin.Client,
                Now,
                decompressedBytesMax,
                checksAll));
}
