using System.Text;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Testing;

namespace LogBroker.Server.Tests.Serving;

/// <summary>Requests as tests need them again and again.</summary>
internal static class Requests
{
    public static byte[] Batch(params string[] values)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions());
        foreach (string value in values) builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), default, Encoding.UTF8.GetBytes(value));
        return builder.Build().ToArray();
    }

    public static ProduceRequest Produce(Guid topic, byte[] records, short acks = -1, int partition = 0) => new()
    {
        Acks = acks,
        TimeoutMs = 30_000,
        TopicData = [new() { TopicId = topic, PartitionData = [new() { Index = partition, Records = new MemoryRecords(records) }] }],
    };

    public static FetchRequest Fetch(Guid topic, long from = 0, int minBytes = 1, int maxWaitMs = 0) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = minBytes,
        MaxBytes = 1 << 20,
        SessionEpoch = -1,
        Topics = [new() { TopicId = topic, Partitions = [new() { FetchOffset = from, PartitionMaxBytes = 1 << 20 }] }],
    };

    public static FetchResponse.PartitionData Only(this FetchResponse response) =>
        Assert.Single(Assert.Single(response.Responses).Partitions);

    public static ProduceResponse.PartitionProduceResponse Only(this ProduceResponse response) =>
        Assert.Single(Assert.Single(response.Responses).PartitionResponses);

    /// <summary>The values in what a fetch brought.</summary>
    public static List<string> Values(this FetchResponse.PartitionData data)
    {
        var values = new List<string>();
        ReadOnlySpan<byte> rest = ((MemoryRecords)data.Records!).Memory.Span;
        while (RecordBatchView.TryRead(rest, out RecordBatchView batch))
        {
            foreach (RecordView record in batch.EnumerateRecords()) values.Add(Encoding.UTF8.GetString(record.Value));
            rest = rest[batch.SizeInBytes..];
        }

        return values;
    }
}
