using LogBroker.Protocol.Records;

namespace LogBroker.Compression.Tests;

public sealed class CodecRefusalTests
{
    public static TheoryData<CompressionType> All => CodecSamples.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Decompress_BeyondItsBound_IsRefused(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        foreach (int length in new[] { 1, 1_000, 64 * 1024, 100_000 })
        {
            byte[] compressed = codec.Compress(CodecSamples.Text(length));
            using var output = new PooledBufferWriter();

            Assert.Throws<DecompressedTooLargeException>(() => codec.Decompress(compressed, output, length - 1));
            Assert.InRange(output.WrittenCount, 0, length - 1);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Decompress_OfACutStream_IsRefused(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        byte[] compressed = codec.Compress(CodecSamples.Text(2_000));
        for (int length = 0; length < compressed.Length; length++)
            Assert.Throws<CorruptCompressionException>(() => codec.Decompress(compressed.AsSpan(0, length)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Decompress_OfMutatedStreams_ThrowsOnlyDeclaredExceptions(CompressionType type)
    {
        const int MaxBytes = 256 * 1024;
        ICompressionCodec codec = CompressionCodecs.Get(type);
        byte[][] valid = [.. new[] { 40, 2_000, 70_000 }.Select(length => codec.Compress(CodecSamples.Text(length)))];
        var random = new Random(CodecSamples.Seed);
        using var output = new PooledBufferWriter(2 * MaxBytes);
        int refused = 0;
        int rounds = 3_000;
        codec.Decompress(valid[0], output, MaxBytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutated = Mutate(valid[random.Next(valid.Length)], random);
            output.Clear();
            try
            {
                codec.Decompress(mutated, output, MaxBytes);
            }
            catch (CorruptCompressionException)
            {
                refused++;
            }
            catch (DecompressedTooLargeException)
            {
                refused++;
            }
        }

        long perRound = (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
        Assert.InRange(refused, rounds / 10, rounds);
        Assert.InRange(perRound, 0, 100_000); // most of it is the copy that is mutated
        Assert.True(output.WrittenCount <= MaxBytes, $"seed {CodecSamples.Seed}");
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    [InlineData(CompressionType.Snappy)]
    public void Decompress_OfNoise_IsRefused(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        for (int seed = 0; seed < 200; seed++)
        {
            byte[] noise = CodecSamples.Noise(1 + (seed * 7), seed);
            noise[0] |= 0x80; // a single byte 0 is Snappy's empty block
            Assert.ThrowsAny<Exception>(() => codec.Decompress(noise, 1 << 20));
        }
    }

    [Theory]
    [InlineData("")] // no size
    [InlineData("808080808000")] // size of six bytes
    [InlineData("FFFFFFFF1F00")] // size beyond 32 bits
    [InlineData("FFFFFFFF0F0000")] // 4 GB out of two bytes
    [InlineData("0A00")] // literal cut off
    [InlineData("0AF0")] // length of a literal cut off
    [InlineData("0AFC01020304")] // literal of 67 MB
    [InlineData("0AFCFFFFFFFF00")] // literal of 4 GB
    [InlineData("0504610902")] // copy from before the start
    [InlineData("0504610900")] // copy from where it goes to
    [InlineData("0704616201")] // offset cut off
    [InlineData("020461620D01")] // copy beyond the size
    [InlineData("01046162")] // literal beyond the size
    [InlineData("03046162")] // less than the size
    public void Decompress_OfBrokenSnappy_IsRefused(string hex) =>
        Assert.Throws<CorruptCompressionException>(
            () => CompressionCodecs.Get(CompressionType.Snappy).Decompress(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("82534E415050590000000001000000")] // header cut
    [InlineData("82534E41505059000000000200000002")] // later version
    [InlineData("82534E41505059000000000100000001000000")] // length cut
    [InlineData("82534E4150505900000000010000000100000003010461")] // chunk is a broken block
    [InlineData("82534E41505059000000000100000001FFFFFFFF")] // negative length
    [InlineData("82534E415050590000000001000000010000000401")] // chunk cut
    public void Decompress_OfBrokenXerial_IsRefused(string hex) =>
        Assert.ThrowsAny<CorruptCompressionException>(
            () => CompressionCodecs.Get(CompressionType.Snappy).Decompress([.. Convert.FromHexString(hex)]));

    [Fact]
    public void Decompress_OfXerialChunks_IsAllOfThem()
    {
        ICompressionCodec codec = CompressionCodecs.Get(CompressionType.Snappy);
        byte[] header = Convert.FromHexString("82534E41505059000000000100000001");
        byte[] input = CodecSamples.Text(80_000);
        List<byte> stream = [.. header];
        foreach (byte[] chunk in input.Chunk(32 * 1024))
        {
            byte[] block = codec.Compress(chunk);
            stream.AddRange([0, (byte)(block.Length >> 16), (byte)(block.Length >> 8), (byte)block.Length, .. block]);
        }

        Assert.Equal(input, codec.Decompress([.. stream]));
        Assert.Equal([.. input, .. input], codec.Decompress([.. stream, .. stream]));
        Assert.Empty(codec.Decompress(header));
        Assert.Throws<DecompressedTooLargeException>(() => codec.Decompress([.. stream], input.Length - 1));
    }

    [Fact]
    public void Decompress_OfDependentLz4Blocks_IsRefused()
    {
        byte[] frame = CompressionCodecs.Get(CompressionType.Lz4).Compress(CodecSamples.Text(1_000));
        frame[4] &= 0xDF;

        var refusal = Assert.Throws<CorruptCompressionException>(
            () => CompressionCodecs.Get(CompressionType.Lz4).Decompress(frame));
        Assert.Contains("depend", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decompress_OfManyGzipMembers_FindsEveryCut()
    {
        // Members of many sizes, so that their borders fall on every place of the reader's own buffers.
        ICompressionCodec codec = CompressionCodecs.Get(CompressionType.Gzip);
        List<byte> members = [];
        List<byte> inputs = [];
        HashSet<int> borders = [];
        for (int index = 0; index < 200; index++)
        {
            byte[] input = CodecSamples.Noise(index % 97 * 3, index);
            members.AddRange(codec.Compress(input));
            inputs.AddRange(input);
            borders.Add(members.Count);
        }

        byte[] all = [.. members];
        Assert.Equal([.. inputs], codec.Decompress(all));
        for (int length = 7_900; length < 8_500; length++)
        {
            if (borders.Contains(length)) codec.Decompress(all.AsSpan(0, length));
            else Assert.Throws<CorruptCompressionException>(() => codec.Decompress(all.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Decompress_OfGzipWithBytesBehindIt_IgnoresThem()
    {
        ICompressionCodec codec = CompressionCodecs.Get(CompressionType.Gzip);
        byte[] input = CodecSamples.Text(1_000);

        Assert.Equal(input, codec.Decompress([.. codec.Compress(input), 1, 2, 3]));
    }

    [Theory]
    [InlineData(0x88, true)] // window of 128 MB
    [InlineData(0x90, false)] // window of 256 MB
    [InlineData(0xF8, false)] // window of 2 TB
    public void Decompress_OfZstdWithALargeWindow_IsReadUpToKafkasLimit(byte window, bool isRead)
    {
        ICompressionCodec codec = CompressionCodecs.Get(CompressionType.Zstd);
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, window, (3 << 3) | 1, 0, 0, 7, 8, 9];

        if (isRead) Assert.Equal([7, 8, 9], codec.Decompress(frame));
        else Assert.Throws<CorruptCompressionException>(() => codec.Decompress(frame));
    }

    [Fact]
    public void Load_OfAMissingLibrary_SaysWhatToInstall()
    {
        var missing = Assert.Throws<DllNotFoundException>(
            () => Native.NativeLibraries.Load("lz5", ["liblz5.so.1"], "liblz5-1"));

        Assert.Contains("apt-get install liblz5-1", missing.Message, StringComparison.Ordinal);
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        byte[] bytes = valid[..(random.Next(8) == 0 ? random.Next(valid.Length + 1) : valid.Length)];
        if (bytes.Length == 0) return bytes;
        for (int change = random.Next(4); change >= 0; change--)
        {
            // Headers are short and decide most: every other change goes there.
            int at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Length, 24)) : random.Next(bytes.Length);
            bytes[at] = (byte)random.Next(256);
        }

        return bytes;
    }
}
