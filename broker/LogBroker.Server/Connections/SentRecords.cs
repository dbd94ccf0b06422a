using System.Buffers.Binary;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Server.Connections;

/// <summary>Counts the records of the answers that pass, from the headers of their batches.</summary>
/// <remarks>Owned by one <see cref="ResponseWriter"/>. The bytes are looked at while they are copied anyway: nothing is read
/// twice, and only what lies between one header and the next is skipped.</remarks>
internal sealed class SentRecords(TrafficMetrics traffic)
{
    private const int HeaderBytes = RecordBatchView.HeaderSizeInBytes;

    private readonly byte[] _header = new byte[HeaderBytes];
    private readonly List<(IRecords Records, long Count)> _sent = [];
    private int _next;
    private int _have;
    private long _count;

    /// <summary>The bytes of other records follow.</summary>
    public void Begin()
    {
        _next = 0;
        _have = 0;
        _count = 0;
    }

    /// <summary>Looks at a stretch of the records, all of which come in order.</summary>
    public void Pass(int position, ReadOnlySpan<byte> bytes)
    {
        while (_next + _have < position + bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[(_next + _have - position)..];
            int taken = Math.Min(HeaderBytes - _have, rest.Length);
            rest[..taken].CopyTo(_header.AsSpan(_have));
            _have += taken;
            if (_have < HeaderBytes) return;
            _have = 0;
            int batchBytes = RecordBatchView.LogOverheadInBytes
                + BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(RecordBatchView.BatchLengthAt));
            // What lies in a log was checked when it was appended; still no number of its may stop this loop.
            if (batchBytes < HeaderBytes) return;
            _count += BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(RecordBatchView.RecordCountAt));
            _next = (int)Math.Min((long)_next + batchBytes, int.MaxValue - HeaderBytes);
        }
    }

    /// <summary>All bytes of <paramref name="records"/> have passed. A batch cut off at their end counts as sent.</summary>
    public void End(IRecords records) => _sent.Add((records, _count));

    /// <summary>The whole answer has passed.</summary>
    public void Account(IResponse response)
    {
        if (response is FetchResponse fetch)
        {
            int at = 0;
            foreach (FetchResponse.FetchableTopicResponse topic in fetch.Responses) Account(topic, ref at);
        }

        _sent.Clear();
    }

    private void Account(FetchResponse.FetchableTopicResponse topic, ref int at)
    {
        if (at == _sent.Count) return;
        TopicTraffic? sums = topic.Topic.Length > 0 ? traffic.Of(topic.Topic) : traffic.Of(topic.TopicId);
        foreach (FetchResponse.PartitionData partition in topic.Partitions)
        {
            if (at == _sent.Count || !ReferenceEquals(partition.Records, _sent[at].Records)) continue;
            sums?.Sent(_sent[at].Records.SizeInBytes, _sent[at].Count);
            at++;
        }
    }
}
