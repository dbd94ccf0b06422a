using LogBroker.Protocol.Records;

namespace LogBroker.Protocol.Tests.Records;

public sealed class RecordSkimmerTests
{
    private const int Rounds = 20_000;
    private const int LargestPieceBytes = 40;

    [Fact]
    public void TryNext_AnyBytesInAnyPieces_AgreesWithTheEnumerator()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            (byte[] records, int count) = RandomRecords(random);
            for (int change = random.Next(4) - 1; change > 0; change--)
                records[random.Next(records.Length)] = (byte)random.Next(256);
            if (random.Next(10) == 0) records = records[..random.Next(records.Length + 1)];

            string expected = Enumerate(records, count);
            string actual = Skim(records, count, random);

            Assert.True(expected == actual, $"seed {seed}, round {round}: {expected} != {actual}");
        }
    }

    [Fact]
    public void TryNext_LongKeyAndValue_NeedsNoRoomForThem()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(5, new byte[70_000].AsSpan(), new byte[90_000].AsSpan(), new RecordHeader("h", new byte[80_000]));
        RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch);
        var skimmer = new RecordSkimmer();
        ReadOnlySpan<byte> rest = batch.Payload;
        bool isRead = false;

        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> piece = rest[..Math.Min(rest.Length, 64)];
            int before = piece.Length;
            isRead = skimmer.TryNext(ref piece, out SkimmedRecord record);
            rest = rest[(before - piece.Length)..];
            if (isRead) Assert.Equal(new SkimmedRecord(0, 0, false), record);
        }

        Assert.True(isRead);
    }

    private static (byte[] Records, int Count) RandomRecords(Random random)
    {
        using var builder = new RecordBatchBuilder();
        int count = random.Next(1, 6);
        for (int index = 0; index < count; index++)
        {
            NullableBytes key = random.Next(3) == 0 ? NullableBytes.Null : RandomBytes(random).AsSpan();
            NullableBytes value = random.Next(5) == 0 ? NullableBytes.Null : RandomBytes(random).AsSpan();
            RecordHeader[] headers =
            [
                .. Enumerable.Range(0, random.Next(3)).Select(
                    number => new RecordHeader($"h{number}", random.Next(3) == 0 ? null : RandomBytes(random))),
            ];
            builder.Append(random.NextInt64(-5, long.MaxValue >> random.Next(60)), key, value, headers);
        }

        RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch);
        return (batch.Payload.ToArray(), count);
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(random.Next(200))];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Enumerate(byte[] records, int count)
    {
        var seen = new List<SkimmedRecord>();
        try
        {
            foreach (RecordView record in new RecordEnumerator(records, count))
                seen.Add(new SkimmedRecord(record.TimestampDelta, record.OffsetDelta, record.IsKeyNull));
            return string.Join(' ', seen);
        }
        catch (InvalidRecordException)
        {
            return "invalid";
        }
    }

    private static string Skim(byte[] records, int count, Random random)
    {
        var seen = new List<SkimmedRecord>();
        var skimmer = new RecordSkimmer();
        var waiting = new List<byte>();
        int given = 0;
        try
        {
            while (given < records.Length)
            {
                int piece = Math.Min(random.Next(1, LargestPieceBytes), records.Length - given);
                waiting.AddRange(records.AsSpan(given, piece));
                given += piece;
                ReadOnlySpan<byte> rest = waiting.ToArray();
                while (seen.Count < count && skimmer.TryNext(ref rest, out SkimmedRecord record)) seen.Add(record);
                waiting = [.. rest];
            }
        }
        catch (InvalidRecordException)
        {
            return "invalid";
        }

        return seen.Count == count && waiting.Count == 0 ? string.Join(' ', seen) : "invalid";
    }
}
