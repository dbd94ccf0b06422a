using System.Text;
using LogBroker.Protocol.Records;

namespace LogBroker.Protocol.Tests.Records;

public sealed class Crc32CTests
{
    private const int Seed = 4711;

    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("a", 0xC1D04330u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Compute_OfKnownText_IsThePublishedValue(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Compute_OfKnownBytes_IsTheValueOfRfc3720()
    {
        byte[] ascending = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute(ascending));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute([.. ascending.Reverse()]));
    }

    [Fact]
    public void Compute_OfEveryLengthAndAlignment_EqualsBitByBit()
    {
        byte[] bytes = new byte[10_000];
        new Random(Seed).NextBytes(bytes);
        for (int length = 0; length <= 9_990; length += length < 900 ? 1 : 37)
        {
            ReadOnlySpan<byte> part = bytes.AsSpan(length % 9, length);
            Assert.Equal(BitByBit(part), Crc32C.Compute(part));
        }
    }

    [Fact]
    public void AppendSerially_OfAnyBytes_EqualsBitByBit()
    {
        byte[] bytes = new byte[1_003];
        new Random(Seed).NextBytes(bytes);

        Assert.Equal(BitByBit(bytes), ~Crc32C.AppendSerially(uint.MaxValue, bytes));
    }

    [Fact]
    public void Append_OfPieces_EqualsTheWhole()
    {
        byte[] bytes = new byte[20_000];
        var random = new Random(Seed);
        random.NextBytes(bytes);
        uint whole = Crc32C.Compute(bytes);
        for (int round = 0; round < 100; round++)
        {
            uint crc = 0;
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(random.Next(6_000), bytes.Length - at);
                crc = Crc32C.Append(crc, bytes.AsSpan(at, length));
                at += length;
            }

            Assert.Equal(whole, crc);
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        uint state = uint.MaxValue;
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++) state = (state >> 1) ^ ((state & 1) == 0 ? 0 : 0x82F63B78);
        }

        return ~state;
    }
}
