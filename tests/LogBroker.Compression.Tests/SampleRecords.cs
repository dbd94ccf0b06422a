using System.Globalization;
using System.Text;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression.Tests;

/// <summary>The records of the vectors, by the formula of JavaVectors/BatchVectors.java.</summary>
internal static class SampleRecords
{
    public const long BaseTimestamp = 1_700_000_000_000;

    public static readonly RecordBatchOptions Options = new()
    {
        BaseOffset = new Offset(1_000),
        PartitionLeaderEpoch = new LeaderEpoch(5),
        ProducerId = 4_711,
        ProducerEpoch = 3,
        BaseSequence = 20,
        IsTransactional = true,
    };

    public static byte[] Build(ICompressionCodec? codec, int count, long? logAppendTimestamp = null)
    {
        using var builder = new RecordBatchBuilder(
            Options with { Codec = codec, LogAppendTimestamp = logAppendTimestamp });
        for (int index = 0; index < count; index++)
            builder.Append(TimestampAt(index), KeyAt(index), ValueAt(index), HeadersAt(index));
        return builder.Build().ToArray();
    }

    private static long TimestampAt(int index) => BaseTimestamp + (index * 7L) - (index % 4 * 30L);

    private static byte[]? KeyAt(int index) =>
        index % 5 == 3 ? null : Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{index % 40}"));

    private static byte[]? ValueAt(int index) =>
        index % 7 == 5
            ? null
            : [.. Enumerable.Range(0, index * 37 % 200).Select(at => (byte)((at * 3) + (index % 9)))];

    private static RecordHeader[] HeadersAt(int index) =>
    [
        .. Enumerable.Range(0, index % 3)
            .Select(n => new RecordHeader($"h{n}", n == 1 ? null : new[] { (byte)index })),
    ];
}
