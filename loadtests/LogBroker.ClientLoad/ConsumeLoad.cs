using System.Globalization;
using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.ClientLoad;

/// <summary>Reads one topic from its start: once to get warm, then to be measured.</summary>
internal static class ConsumeLoad
{
    /// <summary>Writes what is to be read, with our own producer.</summary>
    public static async Task FillAsync(string bootstrap, string topic, int partitions, int size, long records)
    {
        await using var client = new LogBrokerClient(bootstrap);
        await using var producer = client.CreateProducer<Null, byte[]>();
        var value = new byte[size];
        new Random(5).NextBytes(value);
        for (long index = 0; index < records; index++)
        {
            await producer.EnqueueAsync(new ProducerRecord<Null, byte[]>(topic, default, value) { Partition = (int)(index / 100 % partitions) });
        }

        await producer.FlushAsync();
    }

    public static async Task<Figures> MeasureAsync(IConsumeClient client, string topic, int partitions, long records)
    {
        await client.ReadAsync(topic, partitions, Math.Max(records / 3, 1));
        return await ProduceLoad.MeasureAsync(async () =>
        {
            await client.ReadAsync(topic, partitions, records);
            return records;
        });
    }

    /// <summary>Reads a topic that others write to as fast as they can, and tells records a second, the most memory that took (MB), the
    /// budget, and what the collector holds.</summary>
    public static async Task<string> WatchMemoryAsync(string bootstrap, string topic, int partitions, TimeSpan time, long budget)
    {
        await using var client = new LogBrokerClient(bootstrap);
        var options = new ConsumerOptions { OffsetReset = OffsetReset.Earliest, PrefetchBytesMax = budget };
        await using var consumer = client.CreateConsumer<Null, byte[]>(null, options);
        consumer.Assign([.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition))]);
        using var limit = new CancellationTokenSource(time);
        long records = 0;
        long batches = 0;
        try
        {
            await foreach (var batch in consumer.ReadBatchesAsync(limit.Token))
            {
                // Reads a little slower than it could, so that what was fetched fills the memory it may have.
                foreach (var record in batch.Records) records += record.Value.IsEmpty ? 0 : 1;
                if (++batches % 50 == 0) await Task.Delay(1, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }

        string most = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        double megabytes = long.Parse(most.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
        return string.Create(CultureInfo.InvariantCulture, $"{records / time.TotalSeconds:F0}\t{megabytes:F1}\t{budget / 1048576.0:F0}\t{GC.GetGCMemoryInfo().TotalCommittedBytes / 1048576.0:F1}");
    }
}
