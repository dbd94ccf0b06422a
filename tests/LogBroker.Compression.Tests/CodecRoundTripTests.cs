using FsCheck;
using FsCheck.Fluent;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression.Tests;

public sealed class CodecRoundTripTests
{
    public static TheoryData<CompressionType> All => CodecSamples.All;

    public static TheoryData<CompressionType, int> Levels => new()
    {
        { CompressionType.Gzip, -1 }, { CompressionType.Gzip, 1 }, { CompressionType.Gzip, 9 },
        { CompressionType.Lz4, 1 }, { CompressionType.Lz4, 9 }, { CompressionType.Lz4, 17 },
        { CompressionType.Zstd, -50 }, { CompressionType.Zstd, 1 }, { CompressionType.Zstd, 19 },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Decompress_OfCompressed_IsTheInput(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        int[] lengths = [0, 1, 2, 3, 4, 5, 15, 16, 59, 60, 61, 62, 255, 256, 257, 65_535, 65_536, 65_537, 300_000];
        foreach (int length in lengths)
        {
            foreach (byte[] input in new[] { CodecSamples.Noise(length), CodecSamples.Text(length), new byte[length] })
                Assert.Equal(input, codec.Decompress(codec.Compress(input), length));
        }

        Assert.Equal(type, codec.Type);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Decompress_OfAnyCompressed_IsTheInput(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        var property = Prop.ForAll<byte[], byte, byte>((piece, times, tail) =>
        {
            byte[] input = [.. Enumerable.Repeat(piece, times).SelectMany(bytes => bytes), tail, .. piece];
            return codec.Decompress(codec.Compress(input)).SequenceEqual(input);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), property);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Decompress_OfEveryLevel_IsTheInput(CompressionType type, int level)
    {
        byte[] input = CodecSamples.Text(100_000);
        byte[] compressed = CompressionCodecs.Create(type, level).Compress(input);

        Assert.InRange(compressed.Length, 1, input.Length * 9 / 10);
        Assert.Equal(input, CompressionCodecs.Get(type).Decompress(compressed));
    }

    [Theory]
    [InlineData(CompressionType.Gzip, 0)]
    [InlineData(CompressionType.Gzip, 10)]
    [InlineData(CompressionType.Lz4, 0)]
    [InlineData(CompressionType.Lz4, 18)]
    [InlineData(CompressionType.Zstd, 23)]
    [InlineData(CompressionType.None, 0)]
    [InlineData((CompressionType)5, 0)]
    public void Create_OfNoSuchCodecOrLevel_IsRefused(CompressionType type, int level) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CompressionCodecs.Create(type, level));

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Zstd)]
    public void Decompress_OfStreamsBehindOneAnother_IsAllOfThem(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        byte[] first = CodecSamples.Text(1_000);
        byte[] second = CodecSamples.Noise(100_000);

        Assert.Equal([.. first, .. second], codec.Decompress([.. codec.Compress(first), .. codec.Compress(second)]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Codec_FromManyThreads_KeepsThemApart(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        IEnumerable<Task<bool>> runs = Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            byte[] input = CodecSamples.Text(20_000, seed);
            return Enumerable.Range(0, 10).All(_ => codec.Decompress(codec.Compress(input)).SequenceEqual(input));
        }));

        Assert.All(await Task.WhenAll(runs), Assert.True);
    }

    [Fact]
    public void Compress_WithLz4_WritesTheFrameOfKafkasClients()
    {
        byte[] frame = CompressionCodecs.Get(CompressionType.Lz4).Compress(CodecSamples.Text(200_000));

        Assert.Equal([0x04, 0x22, 0x4D, 0x18, 0x60, 0x40], frame[..6]);
        Assert.Equal([0, 0, 0, 0], frame[^4..]);
    }

    [Fact]
    public void Decompress_OfABatch_GivesItsRecords()
    {
        using var scratch = new PooledBufferWriter();
        CompressionType[] types = [CompressionType.None, .. CodecSamples.Types];
        foreach (CompressionType type in types)
        {
            ICompressionCodec? codec = type == CompressionType.None ? null : CompressionCodecs.Get(type);
            using var builder = new RecordBatchBuilder(new RecordBatchOptions { Codec = codec });
            for (int index = 0; index < 50; index++) builder.Append(index, "key"u8, CodecSamples.Text(index));
            Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch));
            int count = 0;
            ReadOnlySpan<byte> plain = CompressionCodecs.Decompress(batch, scratch, 1 << 20);
            foreach (RecordView record in new RecordEnumerator(plain, batch.RecordCount))
                Assert.Equal(CodecSamples.Text(count++), record.Value);

            Assert.Equal((50, type), (count, batch.Compression));
        }
    }
}
