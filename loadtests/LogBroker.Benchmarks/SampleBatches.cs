using System.Text;
using LogBroker.Protocol.Records;

namespace LogBroker.Benchmarks;

/// <summary>Batches as a log of orders might have them: short keys, values that look alike but are not.</summary>
internal static class SampleBatches
{
    public static byte[] Build(int records, int valueBytes, int headers, ICompressionCodec? codec = null)
    {
        var random = new Random(1);
        RecordHeader[] withHeaders =
            [.. Enumerable.Range(0, headers).Select(n => new RecordHeader($"header-{n}", new byte[12]))];
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { Codec = codec });
        for (int index = 0; index < records; index++)
        {
            string text = $"{{\"order\":{random.Next()},\"customer\":\"c{random.Next(5_000)}\",\"amount\":{random.Next(999)},";
            byte[] value = Encoding.ASCII.GetBytes(text.PadRight(valueBytes, '.'))[..valueBytes];
            builder.Append(1_700_000_000_000 + index, Encoding.ASCII.GetBytes($"key-{random.Next(5_000)}"), value, withHeaders);
        }

        return builder.Build().ToArray();
    }
}
