namespace LogBroker.Protocol.Tests.Fuzzing;

/// <summary>Spoils frames in the ways a hostile or broken peer would.</summary>
internal sealed class FrameMutations(int seed)
{
    private const int TailBytes = 8 * 1024;

    private static readonly byte[][] HugeCounts =
    [
        [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0x7F, 0xFF], [0xFF, 0xFF],
        [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xFF, 0x7F],
    ];

    /// <summary>Counts that the tail behind them may just hold: as int32 and as a varint.</summary>
    private static readonly byte[][] BelievableCounts =
        [[0, 0, 0x0F, 0xFF], [0, 0, 0x1F, 0xFF], [0xFF, 0x1F], [0xFF, 0x3F]];

    private readonly Random _random = new(seed);

    public byte[] Next(byte[] frame)
    {
        int at = _random.Next(frame.Length + 1);
        return _random.Next(6) switch
        {
            0 => Flip(frame),
            1 => frame[..at],
            2 => [.. frame[..at], .. RandomBytes(_random.Next(1, 9)), .. frame[at..]],
            3 => Overwrite(frame, at, HugeCounts[_random.Next(HugeCounts.Length)]),
            4 => [.. frame[..at], .. BelievableCounts[_random.Next(BelievableCounts.Length)], .. Tail()],
            _ => Overwrite(frame, at, RandomBytes(_random.Next(1, 5))),
        };
    }

    public byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Flip(byte[] frame)
    {
        byte[] flipped = [.. frame];
        for (int left = _random.Next(1, 4); left > 0 && flipped.Length > 0; left--)
            flipped[_random.Next(flipped.Length)] ^= (byte)(1 << _random.Next(8));
        return flipped;
    }

    private static byte[] Overwrite(byte[] frame, int at, byte[] bytes) =>
        [.. frame[..at], .. bytes, .. frame[Math.Min(frame.Length, at + bytes.Length)..]];

    /// <summary>Bytes that read as very many small elements: empty strings, strings of one letter, structs.</summary>
    private byte[] Tail()
    {
        byte[] tail = new byte[TailBytes];
        byte[] pattern = _random.Next(4) switch
        {
            0 => [0],
            1 => [1],
            2 => [2, (byte)'a'],
            _ => [0, 1, (byte)'a'],
        };
        for (int i = 0; i < tail.Length; i++) tail[i] = pattern[i % pattern.Length];
        return tail;
    }
}
