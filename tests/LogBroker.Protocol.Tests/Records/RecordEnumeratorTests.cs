using FsCheck;
using FsCheck.Fluent;
using LogBroker.Protocol.Records;

namespace LogBroker.Protocol.Tests.Records;

public sealed class RecordEnumeratorTests
{
    private const int Seed = 20_250;

    [Theory]
    [InlineData("", 1)] // no record
    [InlineData("80", 1)] // a length that does not end
    [InlineData("0E0000000000", 1)] // shorter than its length
    [InlineData("0E000000010100FF", 1)] // header count not ended
    [InlineData("0C000000010104", 1)] // more headers than bytes
    [InlineData("0C000000010101", 1)] // negative header count
    [InlineData("1000000001010201", 1)] // header length past the end
    [InlineData("100000000101020100", 1)] // header without a key
    [InlineData("0E00000001010000", 1)] // record longer than its fields
    [InlineData("0C00000001010000", 1)] // bytes behind the last record
    [InlineData("0C000000200100", 1)] // key past the end
    [InlineData("0C000000012000", 1)] // value past the end
    [InlineData("01", 1)] // negative length
    [InlineData("00", 1)] // no attributes
    [InlineData("FFFFFFFF0F00", 1)] // length of -2147483648
    [InlineData("FFFFFFFFFF7F00", 1)] // number of more than five bytes
    [InlineData("0C0000000101000C0000000101", 2)] // second record cut
    [InlineData("00", 0)] // bytes where none are declared
    public void MoveNext_OnBrokenRecords_Throws(string hex, int count)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Throws<InvalidRecordException>(() => Walk(bytes, count));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Constructor_WithNegativeCount_Throws(int count) =>
        Assert.Throws<InvalidRecordException>(() => Walk([], count));

    [Fact]
    public void MoveNext_OnAHugeCount_EndsWithTheBytes()
    {
        byte[] bytes = Convert.FromHexString("0C000000010100");
        Assert.Throws<InvalidRecordException>(() => Walk(bytes, int.MaxValue));
    }

    [Fact]
    public void MoveNext_OverManyRecords_AllocatesNothing()
    {
        using var builder = new RecordBatchBuilder();
        for (int index = 0; index < 1_000; index++)
            builder.Append(index, "key"u8, "value"u8, new RecordHeader("header", [1]));
        ReadOnlySpan<byte> records = RecordBatchBuilderTests.Read(builder.Build().Span).Payload;
        Walk(records, 1_000);
        long before = GC.GetAllocatedBytesForCurrentThread();

        int sum = Walk(records, 1_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1_000 * (3 + 5 + 6 + 1), sum);
    }

    [Fact]
    public void MoveNext_OnMutatedRecords_ThrowsOnlyInvalidRecord()
    {
        using var builder = new RecordBatchBuilder();
        for (int index = 0; index < 20; index++)
            builder.Append(index * 1_000L, "some key"u8, new byte[index], new RecordHeader("header", [1, 2, 3]));
        byte[] valid = builder.Build()[RecordBatchView.HeaderSizeInBytes..].ToArray();
        var random = new Random(Seed);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] mutated = valid[..random.Next(random.Next(4) == 0 ? valid.Length : valid.Length - 1, valid.Length + 1)];
            for (int change = random.Next(4); change >= 0 && mutated.Length > 0; change--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            try
            {
                Walk(mutated, 20);
            }
            catch (InvalidRecordException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1_000, 20_000);
    }

    [Fact]
    public void Append_OfAnyValues_IsReadBack()
    {
        var property = Prop.ForAll<long, byte[], byte[]>((timestamp, keyOrNull, valueOrNull) =>
        {
            byte[]? key = keyOrNull.Length % 4 == 3 ? null : keyOrNull;
            byte[]? value = valueOrNull.Length % 4 == 3 ? null : valueOrNull;
            using var builder = new RecordBatchBuilder();
            RecordHeader[] written =
                [.. Enumerable.Range(0, (int)(timestamp & 3)).Select(n => new RecordHeader($"h{n}", n == 1 ? null : value))];
            builder.Append(0, NullableBytes.Null, NullableBytes.Null);
            builder.Append(timestamp, key, value, written);
            RecordBatchView batch = RecordBatchBuilderTests.Read(builder.Build().Span);
            RecordEnumerator records = batch.EnumerateRecords();
            if (!records.MoveNext() || !records.MoveNext()) return false;
            RecordView record = records.Current;
            return batch.TimestampOf(record) == timestamp
                && Equals(record.NullableKey, key) && Equals(record.NullableValue, value)
                && HeadersEqual(record, written) && !records.MoveNext();
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(63, 1)]
    [InlineData(64, 2)]
    [InlineData(-65, 2)]
    [InlineData(int.MaxValue, 5)]
    [InlineData(int.MinValue, 5)]
    [InlineData(long.MaxValue, 10)]
    [InlineData(long.MinValue, 10)]
    public void Varint_OfAnyMagnitude_RoundTripsInItsSize(long value, int size)
    {
        byte[] bytes = new byte[10];
        int position = 0;

        Assert.Equal(size, RecordVarint.SizeOf(value));
        Assert.Equal(size, RecordVarint.Write(bytes, value));
        Assert.Equal(value, RecordVarint.ReadInt64(bytes, ref position));
        Assert.Equal(size, position);
        if (value != (int)value) return;
        position = 0;
        Assert.Equal(value, RecordVarint.ReadInt32(bytes, ref position));
    }

    private static bool Equals(NullableBytes read, byte[]? written) =>
        read.IsNull ? written is null : written is not null && read.Span.SequenceEqual(written);

    private static bool HeadersEqual(in RecordView record, RecordHeader[] written)
    {
        int index = 0;
        foreach (RecordHeaderView header in record.Headers)
        {
            RecordHeader expected = written[index++];
            if (System.Text.Encoding.UTF8.GetString(header.Key) != expected.Key) return false;
            if (!Equals(header.NullableValue, expected.Value?.ToArray())) return false;
        }

        return index == written.Length;
    }

    private static int Walk(ReadOnlySpan<byte> bytes, int count)
    {
        int sum = 0;
        foreach (RecordView record in new RecordEnumerator(bytes, count))
        {
            sum += record.Key.Length + record.Value.Length;
            foreach (RecordHeaderView header in record.Headers) sum += header.Key.Length + header.Value.Length;
        }

        return sum;
    }
}
