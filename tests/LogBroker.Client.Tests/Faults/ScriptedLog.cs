using System.Text;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Faults;

/// <summary>The batches of one partition in memory, good ones and bad ones.</summary>
internal sealed class ScriptedLog
{
    private readonly Lock _lock = new();
    private readonly List<(long Base, long Next, byte[] Bytes)> _batches = [];

    /// <summary>The offset behind the last record.</summary>
    public long End
    {
        get
        {
            lock (_lock) return _batches.Count == 0 ? 0 : _batches[^1].Next;
        }
    }

    /// <summary>Appends a batch with a record for each value, damaged as the test likes; its offsets stay what they were.</summary>
    public void Append(int epoch, string[] values, Func<byte[], byte[]>? damage = null, ICompressionCodec? codec = null)
    {
        lock (_lock)
        {
            using var builder = new RecordBatchBuilder(new RecordBatchOptions
            {
                BaseOffset = new Offset(End),
                PartitionLeaderEpoch = new LeaderEpoch(epoch),
                Codec = codec,
            });
            foreach (string value in values) builder.Append(1, Encoding.UTF8.GetBytes("k"), Encoding.UTF8.GetBytes(value));
            byte[] bytes = builder.Build().ToArray();
            _batches.Add((End, End + values.Length, damage?.Invoke(bytes) ?? bytes));
        }
    }

    /// <summary>Takes away what is at <paramref name="end"/> and behind.</summary>
    public void Truncate(long end)
    {
        lock (_lock) _batches.RemoveAll(batch => batch.Base >= end);
    }

    /// <summary>The batches from the one that has the offset on.</summary>
    public byte[] Read(long offset)
    {
        lock (_lock) return [.. _batches.Where(batch => batch.Next > offset).SelectMany(batch => batch.Bytes)];
    }
}
