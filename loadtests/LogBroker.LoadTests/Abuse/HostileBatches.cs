using System.Buffers.Binary;
using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.LoadTests.Abuse;

/// <summary>Well-formed produce requests whose record batches are not what they say.</summary>
internal static class HostileBatches
{
    private const int Loops = 4;
    private const int PerSecond = 500;

    /// <summary>What half a gigabyte takes to unpack is the broker's work at full speed: two a second leave room for others on
    /// a machine of two cores.</summary>
    private const int BombsPerSecond = 2;
    private const int BombBytes = 500_000_000;

    /// <summary>One byte of the records is not what its checksum was made of.</summary>
    public static Task SendWrongCrcAsync(Attack attack) => RunAsync(attack, Loops, PerSecond, _ =>
    {
        byte[] batch = Batch(1000);
        batch[^1] ^= 1;
        return batch;
    });

    /// <summary>The batch's length, its number of records or a record's length is anything; the checksum fits.</summary>
    public static Task SendWrongLengthsAsync(Attack attack) => RunAsync(attack, Loops, PerSecond, random =>
    {
        byte[] batch = Batch(1000);
        int any = random.Next(2) == 0 ? random.Next(int.MinValue, 0) : random.Next(5000, int.MaxValue);
        switch (random.Next(3))
        {
            case 0:
                BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchView.BatchLengthAt), any);
                return batch;
            case 1:
                BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchView.RecordCountAt), any);
                break;
            default:
                batch[RecordBatchView.HeaderSizeInBytes] ^= (byte)random.Next(1, 256);
                break;
        }

        RecordBatchView.SetCrc(batch);
        return batch;
    });

    /// <summary>Some kilobytes of zstd that unpack to half a gigabyte, for a topic with another codec: the broker has to unpack
    /// and compress anew.</summary>
    public static Task SendBombsAsync(Attack attack)
    {
        byte[] bomb = Batch(BombBytes, CompressionType.Zstd);
        return RunAsync(attack, 1, BombsPerSecond, _ => bomb, ("compression.type", "lz4"));
    }

    private static async Task RunAsync(
        Attack attack, int loops, int perSecond, Func<Random, byte[]> make, params (string Name, string Value)[] configs)
    {
        await using KafkaChannel channel = await KafkaChannel.ConnectAsync("127.0.0.1", attack.Port);
        Guid topic = await Topics.CreateAsync(channel, "abused", 1, configs);
        await attack.RepeatAsync(loops, perSecond, async random => attack.Outcomes.Add(await ProduceAsync(attack, topic, make(random))));
    }

    private static async Task<string> ProduceAsync(Attack attack, Guid topic, byte[] records)
    {
        try
        {
            await using KafkaChannel channel = await KafkaChannel.ConnectAsync("127.0.0.1", attack.Port, cancellationToken: attack.Over);
            ProduceResponse answer = await channel.SendAsync(
                new ProduceRequest
                {
                    Acks = 1,
                    TimeoutMs = 30_000,
                    TopicData = [new() { TopicId = topic, PartitionData = [new() { Records = new MemoryRecords(records) }] }],
                }, 13, attack.Over);
            return answer.Responses[0].PartitionResponses[0].ErrorCode.ToString();
        }
        catch (ConnectionClosedException)
        {
            return Outcomes.Closed;
        }
    }

    private static byte[] Batch(int valueBytes, CompressionType codec = CompressionType.None)
    {
        using var builder = new RecordBatchBuilder(
            new RecordBatchOptions { Codec = codec == CompressionType.None ? null : CompressionCodecs.Get(codec) });
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), default, new byte[valueBytes]);
        return builder.Build().ToArray();
    }
}
