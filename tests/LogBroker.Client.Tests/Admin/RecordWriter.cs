using System.Text;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.Client.Tests.Admin;

/// <summary>Writes records by hand, where a test is not about the producer.</summary>
internal static class RecordWriter
{
    public static async Task WriteAsync(ClientTarget target, TopicPartition partition, int count, long producerId = -1)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = (short)(producerId < 0 ? -1 : 0),
            BaseSequence = producerId < 0 ? -1 : 0,
        });
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (int i = 0; i < count; i++) builder.Append(now, null, Encoding.UTF8.GetBytes($"record {i}"));
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", target.Port);
        var request = new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 10_000,
            TopicData =
            [
                new()
                {
                    Name = partition.Topic,
                    PartitionData = [new() { Index = partition.Partition, Records = new MemoryRecords(builder.Build().ToArray()) }],
                },
            ],
        };
        var response = await channel.SendAsync(request, 9);
        Assert.Equal(ErrorCode.None, response.Responses[0].PartitionResponses[0].ErrorCode);
    }
}
