using System.Text;
using LogBroker.Client.Tests.Targets;
using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Reads what is in a topic, by no code under test.</summary>
internal static class TopicReader
{
    /// <summary>A record as it was found.</summary>
    public sealed record Found(long Offset, long Timestamp, string? Key, string? Value, IReadOnlyList<(string Key, string? Value)> Headers);

    /// <summary>Every record of a partition; when asked, those of aborted transactions are left out and the end of open ones is
    /// waited for.</summary>
    public static async Task<IReadOnlyList<Found>> ReadAsync(
        ClientTarget target, string topic, int partition = 0, bool readsCommitted = false)
    {
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", target.Port);
        var found = new List<Found>();
        Guid id = (await channel.SendAsync(new MetadataRequest { Topics = [new() { Name = topic }] }, 12)).Topics[0].TopicId;
        for (long offset = 0; ;)
        {
            FetchResponse.PartitionData data = await FetchAsync(channel, id, partition, offset, readsCommitted);
            long end = readsCommitted ? data.LastStableOffset : data.HighWatermark;
            if (offset >= end && end == data.HighWatermark) return found;
            List<FetchResponse.AbortedTransaction> aborted = [.. data.AbortedTransactions ?? []];
            ReadOnlySpan<byte> bytes = Bytes(data.Records);
            while (RecordBatchView.TryRead(bytes, out RecordBatchView batch))
            {
                bytes = bytes[batch.SizeInBytes..];
                long producer = batch.ProducerId;
                long at = batch.BaseOffset.Value;
                bool isAborted = batch.IsTransactional && aborted.Any(one => one.ProducerId == producer && one.FirstOffset <= at);
                if (batch.IsControl) aborted.RemoveAll(one => one.ProducerId == producer && one.FirstOffset <= at);
                else if (!readsCommitted || !isAborted) Add(found, batch, offset);
                offset = Math.Max(offset, batch.NextOffset.Value);
            }
        }
    }

    private static void Add(List<Found> found, RecordBatchView batch, long from)
    {
        Assert.True(batch.IsCrcValid);
        using var scratch = new PooledBufferWriter();
        foreach (RecordView record in new RecordEnumerator(CompressionCodecs.Decompress(batch, scratch, int.MaxValue), batch.RecordCount))
        {
            if (batch.OffsetOf(record).Value < from) continue;
            var headers = new List<(string, string?)>();
            foreach (RecordHeaderView header in record.Headers)
                headers.Add((Encoding.UTF8.GetString(header.Key), header.IsValueNull ? null : Encoding.UTF8.GetString(header.Value)));
            found.Add(new Found(
                batch.OffsetOf(record).Value,
                batch.TimestampOf(record),
                record.IsKeyNull ? null : Encoding.UTF8.GetString(record.Key),
                record.IsValueNull ? null : Encoding.UTF8.GetString(record.Value),
                headers));
        }
    }

    private static async Task<FetchResponse.PartitionData> FetchAsync(
        KafkaChannel channel, Guid topic, int partition, long offset, bool readsCommitted)
    {
        FetchResponse response = await channel.SendAsync(
            new FetchRequest
            {
                MaxWaitMs = 0,
                MinBytes = 0,
                MaxBytes = 16 << 20,
                IsolationLevel = readsCommitted ? (sbyte)1 : (sbyte)0,
                SessionEpoch = -1,
                Topics =
                [
                    new() { TopicId = topic, Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 16 << 20 }] },
                ],
            },
            13);
        FetchResponse.PartitionData data = response.Responses[0].Partitions[0];
        Assert.Equal(ErrorCode.None, data.ErrorCode);
        return data;
    }

    private static ReadOnlySpan<byte> Bytes(IRecords? records) => records is MemoryRecords memory ? memory.Memory.Span : default;
}
