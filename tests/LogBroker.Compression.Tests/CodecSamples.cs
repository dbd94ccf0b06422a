using LogBroker.Protocol.Records;

namespace LogBroker.Compression.Tests;

/// <summary>The codecs and the inputs that all of their tests share.</summary>
internal static class CodecSamples
{
    public const int Seed = 31_337;

    public static readonly CompressionType[] Types =
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    public static TheoryData<CompressionType> All => [.. Types];

    public static byte[] Compress(this ICompressionCodec codec, ReadOnlySpan<byte> input)
    {
        using var output = new PooledBufferWriter();
        codec.Compress(input, output);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Decompress(this ICompressionCodec codec, ReadOnlySpan<byte> input, int maxBytes = int.MaxValue)
    {
        using var output = new PooledBufferWriter();
        codec.Decompress(input, output, maxBytes);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Noise(int length, int seed = Seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Bytes with matches near and far, long and short, as lines of a log have them.</summary>
    public static byte[] Text(int length, int seed = Seed)
    {
        var random = new Random(seed);
        string[] words = [.. Enumerable.Range(0, 300).Select(n => new string((char)('a' + (n % 26)), 1 + (n % 9)) + n)];
        var text = new System.Text.StringBuilder(length + 16);
        while (text.Length < length) text.Append(words[random.Next(words.Length)]).Append(' ');
        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
