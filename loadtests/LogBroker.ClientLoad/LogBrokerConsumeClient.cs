using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.ClientLoad;

/// <summary>Our own client: record by record with a byte[] for each value, or batch by batch without any copy.</summary>
internal sealed class LogBrokerConsumeClient(string bootstrap, bool byBatch) : IConsumeClient
{
    private readonly LogBrokerClient _client = new(bootstrap);

    public async Task<long> ReadAsync(string topic, int partitions, long records)
    {
        var options = new ConsumerOptions { OffsetReset = OffsetReset.Earliest };
        await using var consumer = _client.CreateConsumer<Null, byte[]>(null, options);
        consumer.Assign([.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition))]);
        return byBatch ? await ReadBatchesAsync(consumer, records) : await ReadRecordsAsync(consumer, records);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static async Task<long> ReadRecordsAsync(Consumer<Null, byte[]> consumer, long records)
    {
        long bytes = 0;
        await foreach (var record in consumer.ReadAsync())
        {
            bytes += record.Value.Length;
            if (--records == 0) break;
        }

        return bytes;
    }

    private static async Task<long> ReadBatchesAsync(Consumer<Null, byte[]> consumer, long records)
    {
        long bytes = 0;
        await foreach (var batch in consumer.ReadBatchesAsync())
        {
            foreach (var record in batch.Records)
            {
                bytes += record.Value.Length;
                records--;
            }

            if (records <= 0) break;
        }

        return bytes;
    }
}
