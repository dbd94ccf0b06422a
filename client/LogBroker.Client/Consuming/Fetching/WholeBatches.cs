using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>How far the whole batches go that a fetch brought; brokers may cut off the last.</summary>
/// <param name="SizeInBytes">Of all of them.</param>
/// <param name="NextOffset">The offset behind them; -1 when there are none.</param>
/// <param name="LastEpoch">The epoch of the last.</param>
internal readonly record struct WholeBatches(int SizeInBytes, long NextOffset, LeaderEpoch LastEpoch)
{
    /// <summary>Looks at headers only: a batch of another format, or whose offsets do not follow those of the one before, is taken for the end.
    /// </summary>
    public static WholeBatches Measure(ReadOnlySpan<byte> batches)
    {
        var found = new WholeBatches(0, -1, LeaderEpoch.None);
        while (RecordBatchView.TryRead(batches[found.SizeInBytes..], out var batch))
        {
            long baseOffset = batch.BaseOffset.Value;
            bool isInOrder = batch.Magic == RecordBatchView.CurrentMagic && baseOffset >= Math.Max(found.NextOffset, 0) && batch.LastOffsetDelta >= 0
                && baseOffset < long.MaxValue - int.MaxValue;
            if (!isInOrder) break;
            found = new WholeBatches(found.SizeInBytes + batch.SizeInBytes, batch.NextOffset.Value, batch.PartitionLeaderEpoch);
        }
        return found;
    }

    /// <summary>What is wrong with bytes that no whole batch was found in, as the end of a sentence.</summary>
    public static string DescribeDamage(ReadOnlySpan<byte> bytes) =>
        RecordBatchView.TryReadMagic(bytes, out sbyte magic) && magic is 0 or 1
            ? $"it has format {magic}, and only format 2 is read (Kafka 0.11 and later)"
            : "what the broker sent for it is no batch, or does not reach it";
}
