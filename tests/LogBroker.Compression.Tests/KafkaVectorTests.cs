using System.Diagnostics;
using LogBroker.Protocol.Records;

namespace LogBroker.Compression.Tests;

/// <summary>Our batches and those of Apache Kafka's own classes against each other. JavaVectors/README.md says how the
/// vectors were made.</summary>
public sealed class KafkaVectorTests
{
    private static readonly string Vectors = Path.Combine(AppContext.BaseDirectory, "JavaVectors");

    [Theory]
    [InlineData("gzip", CompressionType.Gzip)]
    [InlineData("gzip9", CompressionType.Gzip)]
    [InlineData("snappy", CompressionType.Snappy)]
    [InlineData("lz4", CompressionType.Lz4)]
    [InlineData("lz4high", CompressionType.Lz4)]
    [InlineData("zstd", CompressionType.Zstd)]
    [InlineData("zstd22", CompressionType.Zstd)]
    public void Decompress_OfKafkasBatches_GivesTheSameRecords(string name, CompressionType type)
    {
        using var scratch = new PooledBufferWriter();
        foreach (int count in new[] { 1, 60, 900 })
        {
            Assert.True(RecordBatchView.TryRead(Read($"{name}-{count}"), out RecordBatchView batch));
            Assert.True(RecordBatchView.TryRead(SampleRecords.Build(null, count), out RecordBatchView plain));

            Assert.Equal(type, batch.Compression);
            Assert.True(batch.IsCrcValid);
            Assert.Equal(plain.RecordCount, batch.RecordCount);
            Assert.Equal(plain.MaxTimestamp, batch.MaxTimestamp);
            Assert.Equal(plain.Payload, CompressionCodecs.Decompress(batch, scratch, 1 << 20));
        }
    }

    [Theory]
    [InlineData("none-1", 1)]
    [InlineData("none-60", 60)]
    public void Build_OfTheSameRecords_GivesKafkasBytes(string name, int count) =>
        Assert.Equal(Read(name), SampleRecords.Build(null, count));

    [Fact]
    public void Build_OfABatchWithoutRecords_GivesKafkasBytes()
    {
        using var builder = new RecordBatchBuilder(SampleRecords.Options);
        builder.ExtendTo(0);

        Assert.Equal(Read("empty"), builder.Build().ToArray());
    }

    [Fact]
    public void Build_WithLogAppendTime_GivesKafkasBytes() =>
        Assert.Equal(Read("logappend-60"), SampleRecords.Build(null, 60, SampleRecords.BaseTimestamp));

    [Theory]
    [InlineData("marker-commit", ControlRecordType.Commit)]
    [InlineData("marker-abort", ControlRecordType.Abort)]
    public void ToBatch_OfAMarker_GivesKafkasBytes(string name, ControlRecordType type)
    {
        byte[] batch = new EndTransactionMarker(type, 9).ToBatch(
            SampleRecords.Options.ProducerId, SampleRecords.Options.ProducerEpoch, SampleRecords.BaseTimestamp);
        RecordBatchView.Stamp(batch, SampleRecords.Options.BaseOffset, SampleRecords.Options.PartitionLeaderEpoch);

        Assert.Equal(Read(name), batch);
    }

    [KafkaHomeFact]
    public async Task Build_WithEveryCodec_IsReadByKafka()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("logbroker-batches");
        try
        {
            List<string> expected = [];
            foreach ((string name, ICompressionCodec? codec) in Codecs())
            {
                foreach (int count in new[] { 0, 1, 60, 900 })
                {
                    string file = $"{name}-{count}.batch";
                    await File.WriteAllBytesAsync(
                        Path.Combine(directory.FullName, file), SampleRecords.Build(codec, count));
                    expected.Add($"{file} OK");
                }
            }

            Assert.Equal(expected.Order(StringComparer.Ordinal), await ReadWithKafkaAsync(directory.FullName));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static IEnumerable<(string Name, ICompressionCodec? Codec)> Codecs()
    {
        yield return ("none", null);
        foreach (CompressionType type in CodecSamples.Types) yield return ($"{type}", CompressionCodecs.Get(type));
        yield return ("gzip9", CompressionCodecs.Create(CompressionType.Gzip, 9));
        yield return ("lz4high", CompressionCodecs.Create(CompressionType.Lz4, 17));
        yield return ("zstd22", CompressionCodecs.Create(CompressionType.Zstd, 22));
    }

    private static async Task<string[]> ReadWithKafkaAsync(string directory)
    {
        string libraries = Path.Combine(Environment.GetEnvironmentVariable("KAFKA_HOME")!, "libs", "*");
        string program = Path.Combine(Vectors, "BatchVectors.java");
        using Process java = Process.Start(new ProcessStartInfo("java", ["-cp", libraries, program, "read", directory])
        {
            RedirectStandardOutput = true,
        })!;
        string output = await java.StandardOutput.ReadToEndAsync();
        await java.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Vectors, "batches", $"{name}.batch"));
}
