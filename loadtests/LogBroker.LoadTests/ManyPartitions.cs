using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.LoadTests;

/// <summary>Makes many partitions with a record in each, and waits for them after a start.</summary>
internal static class ManyPartitions
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    public static async Task<int> CreateAsync(int port, int topics, int partitions)
    {
        await using KafkaChannel channel = await KafkaChannel.ConnectAsync("127.0.0.1", port);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < topics; i++)
        {
            CreateTopicsResponse created = await channel.SendAsync(
                new CreateTopicsRequest
                {
                    TimeoutMs = 600_000,
                    Topics = [new() { Name = Name(i), NumPartitions = partitions, ReplicationFactor = 1 }],
                }, 7);
            if (created.Topics[0].ErrorCode is not ErrorCode.None and var error)
                throw new InvalidOperationException($"topic {i}: {error} {created.Topics[0].ErrorMessage}");
        }

        await AwaitLeadersAsync(channel, topics * partitions);
        Print(start);
        await FillAsync(channel, topics, partitions);
        return 0;
    }

    /// <summary>Counts from the call, with a broker that may not listen yet.</summary>
    public static async Task<int> AwaitAsync(int port, int topics, int partitions)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using KafkaChannel channel = await KafkaChannel.ConnectAsync("127.0.0.1", port);
                await AwaitLeadersAsync(channel, topics * partitions);
                for (int i = 0; i < topics; i++) await AwaitRecordsAsync(channel, i, partitions);
                Print(start);
                return 0;
            }
            catch (Exception e) when (e is SocketException or ConnectionClosedException)
            {
                await Task.Delay(RetryAfter);
            }
        }
    }

    private static string Name(int topic) => $"many-{topic}";

    private static async Task AwaitLeadersAsync(KafkaChannel channel, int partitions)
    {
        while (Topics.LedIn(await channel.SendAsync(new MetadataRequest { Topics = null }, 12)) < partitions) await Task.Delay(RetryAfter);
    }

    private static async Task FillAsync(KafkaChannel channel, int topics, int partitions)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions());
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), default, new byte[100]);
        var records = new MemoryRecords(builder.Build().ToArray());
        for (int i = 0; i < topics; i++)
        {
            ProduceResponse answer;
            do
            {
                answer = await channel.SendAsync(
                    new ProduceRequest
                    {
                        Acks = -1,
                        TimeoutMs = 60_000,
                        TopicData =
                        [
                            new()
                            {
                                Name = Name(i),
                                PartitionData = [.. Enumerable.Range(0, partitions).Select(index =>
                                    new ProduceRequest.PartitionProduceData { Index = index, Records = records })],
                            },
                        ],
                    }, 12);
            }
            while (answer.Responses[0].PartitionResponses.Any(one => one.ErrorCode != ErrorCode.None));
        }
    }

    private static async Task AwaitRecordsAsync(KafkaChannel channel, int topic, int partitions)
    {
        const long latest = -1;
        var ask = new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics =
            [
                new()
                {
                    Name = Name(topic),
                    Partitions = [.. Enumerable.Range(0, partitions).Select(index =>
                        new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = index, CurrentLeaderEpoch = -1, Timestamp = latest })],
                },
            ],
        };
        while (true)
        {
            ListOffsetsResponse answer = await channel.SendAsync(ask, 7);
            if (answer.Topics[0].Partitions.All(one => one.ErrorCode == ErrorCode.None))
            {
                if (answer.Topics[0].Partitions.Any(one => one.Offset < 1)) throw new InvalidOperationException($"topic {topic} has lost records");
                return;
            }

            await Task.Delay(RetryAfter);
        }
    }

    private static void Print(long start) =>
        Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture));
}
