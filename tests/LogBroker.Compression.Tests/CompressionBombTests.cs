using System.Buffers.Binary;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression.Tests;

/// <summary>Streams of about 1 MB that would decompress to 1 GB, or to the most that their format can hold in so little.
/// </summary>
public sealed class CompressionBombTests
{
    private const int MaxBytes = 8 * 1024 * 1024;
    private const int BombBytes = 1024 * 1024;

    public static TheoryData<CompressionType> All => CodecSamples.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Decompress_OfABomb_StopsAtTheBound(CompressionType type)
    {
        byte[] bomb = Bomb(type);
        using var output = new PooledBufferWriter();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DecompressedTooLargeException>(
            () => CompressionCodecs.Get(type).Decompress(bomb, output, MaxBytes));

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(output.WrittenCount, 0, MaxBytes);
        Assert.InRange(allocated, 0, 6L * MaxBytes); // the growing buffer doubles: 8 + 4 + 2 ... rounded up by the pool
    }

    private static byte[] Bomb(CompressionType type)
    {
        ICompressionCodec codec = CompressionCodecs.Get(type);
        byte[] part = codec.Compress(new byte[1024 * 1024]);
        switch (type)
        {
            case CompressionType.Lz4:
                byte[] header = part[..7];
                int blockBytes = sizeof(uint) + BinaryPrimitives.ReadInt32LittleEndian(part.AsSpan(7));
                byte[] block = part[7..(7 + blockBytes)];
                return [.. header, .. Repeat(block, BombBytes / block.Length), 0, 0, 0, 0];
            case CompressionType.Snappy:
                byte[] length = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
                byte[] xerial = Convert.FromHexString("82534E41505059000000000100000001");
                return [.. xerial, .. Repeat([.. length, .. part], BombBytes / part.Length)];
            default:
                return Repeat(part, BombBytes / part.Length);
        }
    }

    private static byte[] Repeat(byte[] part, int times) => [.. Enumerable.Repeat(part, times).SelectMany(bytes => bytes)];
}
