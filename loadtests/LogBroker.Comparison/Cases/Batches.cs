using System.Buffers.Binary;
using LogBroker.Protocol.Records;

namespace LogBroker.Comparison.Cases;

/// <summary>Record batches, good and bad.</summary>
internal static class Batches
{
    private const int AttributesAt = 21;

    /// <summary>A good batch: keys <c>key-0</c>, <c>key-1</c>..., one millisecond apart.</summary>
    public static byte[] Good(int records = 3, RecordBatchOptions? options = null, long? time = null, int valueBytes = 10)
    {
        using var builder = new RecordBatchBuilder(options);
        for (int index = 0; index < records; index++)
        {
            byte[] key = System.Text.Encoding.ASCII.GetBytes($"key-{index}");
            builder.Append((time ?? RunClock.RecordTime) + index, key, new byte[valueBytes]);
        }

        return builder.Build().ToArray();
    }

    public static byte[] WithoutKeys()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(RunClock.RecordTime, NullableBytes.Null, "value"u8);
        return builder.Build().ToArray();
    }

    public static byte[] OfProducer(long producerId, short epoch, int sequence, int records = 1, bool isTransactional = false) =>
        Good(records, new RecordBatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = epoch,
            BaseSequence = sequence,
            IsTransactional = isTransactional,
        });

    /// <summary>A good batch with one byte set and, unless said otherwise, the CRC made right again.</summary>
    public static byte[] WithByte(int at, byte value, bool keepCrc = false)
    {
        byte[] batch = Good();
        batch[at] = value;
        if (!keepCrc) RecordBatchView.SetCrc(batch);
        return batch;
    }

    public static byte[] WithInt32(int at, int value)
    {
        byte[] batch = Good();
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(at), value);
        if (at >= AttributesAt) RecordBatchView.SetCrc(batch);
        return batch;
    }

    public static byte[] WithInt64(int at, long value)
    {
        byte[] batch = Good();
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(at), value);
        if (at >= AttributesAt) RecordBatchView.SetCrc(batch);
        return batch;
    }

    /// <summary>A message of the formats before Kafka 0.11.</summary>
    public static byte[] Legacy(sbyte magic)
    {
        byte[] body = [(byte)magic, 0, .. magic == 0 ? [] : new byte[8], 255, 255, 255, 255, 0, 0, 0, 5, 1, 2, 3, 4, 5];
        byte[] message = new byte[16 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(8), sizeof(uint) + body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), ZlibCrc(body));
        body.CopyTo(message, 16);
        return message;
    }

    private static uint ZlibCrc(ReadOnlySpan<byte> bytes)
    {
        uint state = uint.MaxValue;
        foreach (byte value in bytes)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++) state = (state >> 1) ^ ((state & 1) == 0 ? 0 : 0xEDB88320);
        }

        return ~state;
    }
}
