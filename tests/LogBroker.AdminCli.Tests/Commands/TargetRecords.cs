using LogBroker.Client;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>Records and groups in the cluster under test.</summary>
internal static class TargetRecords
{
    /// <summary>Writes records "v0", "v1" ... with the keys "k0", "k1" ... to a partition.</summary>
    public static async Task ProduceAsync(
        this ClientTarget target, string topic, int count, Func<int, DateTimeOffset>? time = null, int partition = 0)
    {
        await using LogBrokerClient client = target.NewClient();
        await using Producer<string, string> producer = client.CreateProducer<string, string>();
        for (int index = 0; index < count; index++)
        {
            var record = new ProducerRecord<string, string>(topic, $"k{index}", $"v{index}") { Partition = partition, Timestamp = time?.Invoke(index) };
            await producer.EnqueueAsync(record);
        }
        await producer.FlushAsync();
    }

    /// <summary>Commits an offset for a group without members.</summary>
    public static async Task CommitAsync(this ClientTarget target, string group, TopicPartition partition, long offset)
    {
        await using LogBrokerClient client = target.NewClient();
        await client.Admin.GroupOffsets.AlterAsync(
            group, new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(new Offset(offset)) });
    }
}
