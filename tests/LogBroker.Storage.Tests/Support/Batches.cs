using System.Text;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;

namespace LogBroker.Storage.Tests.Support;

/// <summary>Record batches as clients send them.</summary>
internal static class Batches
{
    public static byte[] Of(long timestamp, params string[] values) => Of(RecordBatchOptions.Default, timestamp, values);

    public static byte[] Of(RecordBatchOptions options, long timestamp, params string[] values)
    {
        using var builder = new RecordBatchBuilder(options);
        foreach (string value in values)
            builder.Append(timestamp, Encoding.UTF8.GetBytes("k"), Encoding.UTF8.GetBytes(value));
        return builder.Build().ToArray();
    }

    /// <summary>A batch of an idempotent producer.</summary>
    public static byte[] Idempotent(
        long producerId, short epoch, int sequence, int count, long timestamp, bool isTransactional = false)
    {
        var options = new RecordBatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = epoch,
            BaseSequence = sequence,
            IsTransactional = isTransactional,
        };
        return Of(options, timestamp, [.. Enumerable.Range(0, count).Select(number => $"v{(long)sequence + number}")]);
    }

    /// <summary>All the values from an offset to the end, read in steps of <paramref name="maxBytes"/>.</summary>
    public static List<(Offset Offset, string Value)> ReadAll(PartitionLog log, Offset from, int maxBytes = 1 << 20)
    {
        var values = new List<(Offset, string)>();
        Offset next = from;
        while (true)
        {
            using LogReadResult result = log.Read(next, maxBytes, log.LogEndOffset, atLeastOneBatch: true);
            Assert.Equal(Protocol.Errors.ErrorCode.None, result.Error);
            if (result.Records.SizeInBytes == 0) return values;
            foreach ((Offset offset, string value) in Decode(result.Records))
            {
                if (offset < next) continue;
                values.Add((offset, value));
                next = offset.Next;
            }
        }
    }

    /// <summary>The records of all whole batches; each must be intact.</summary>
    public static List<(Offset Offset, string Value)> Decode(IRecords records)
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        records.CopyTo(writer);
        Assert.Equal(records.SizeInBytes, writer.WrittenCount);
        var values = new List<(Offset, string)>();
        ReadOnlySpan<byte> rest = writer.WrittenSpan;
        while (RecordBatchView.TryRead(rest, out RecordBatchView batch))
        {
            Assert.True(batch.IsCrcValid);
            foreach (RecordView record in batch.EnumerateRecords())
                values.Add((batch.OffsetOf(record), Encoding.UTF8.GetString(record.Value)));
            rest = rest[batch.SizeInBytes..];
        }

        return values;
    }
}
