using Confluent.Kafka;

namespace LogBroker.ClientLoad;

/// <summary>Confluent.Kafka over librdkafka with its own defaults: record by record is the only way it has.</summary>
internal sealed class ConfluentConsumeClient(string bootstrap) : IConsumeClient
{
    public Task<long> ReadAsync(string topic, int partitions, long records)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = "load", EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using var consumer = new ConsumerBuilder<Confluent.Kafka.Ignore, byte[]>(config).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        long bytes = 0;
        while (records > 0)
        {
            var read = consumer.Consume(1000);
            if (read is null) continue;
            bytes += read.Message.Value.Length;
            records--;
        }

        consumer.Close();
        return Task.FromResult(bytes);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
