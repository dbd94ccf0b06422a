using System.Buffers.Binary;

namespace LogBroker.Protocol.Records;

/// <summary>The header of a batch as values, to be written; <see cref="RecordBatchView"/> reads it and has the layout.
/// </summary>
internal readonly struct RecordBatchHeader
{
    public required Offset BaseOffset { get; init; }

    public required LeaderEpoch PartitionLeaderEpoch { get; init; }

    public required short Attributes { get; init; }

    public required int LastOffsetDelta { get; init; }

    public required long BaseTimestamp { get; init; }

    public required long MaxTimestamp { get; init; }

    public required long ProducerId { get; init; }

    public required short ProducerEpoch { get; init; }

    public required int BaseSequence { get; init; }

    public required int RecordCount { get; init; }

    public static short AttributesOf(RecordBatchOptions options, bool hasRecords)
    {
        int attributes = hasRecords ? (int)(options.Codec?.Type ?? CompressionType.None) : 0;
        if (options.LogAppendTimestamp is not null) attributes |= RecordBatchView.TimestampTypeMask;
        if (options.IsTransactional) attributes |= RecordBatchView.TransactionalMask;
        if (options.IsControl) attributes |= RecordBatchView.ControlMask;
        return (short)attributes;
    }

    /// <summary>Writes the header over the front of <paramref name="batch"/>, whose records are in place, with its length
    /// and its CRC.</summary>
    public void Write(Span<byte> batch)
    {
        BinaryPrimitives.WriteInt32BigEndian(
            batch[RecordBatchView.BatchLengthAt..], batch.Length - RecordBatchView.LogOverheadInBytes);
        RecordBatchView.Stamp(batch, BaseOffset, PartitionLeaderEpoch);
        batch[RecordBatchView.MagicAt] = (byte)RecordBatchView.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchView.AttributesAt..], Attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchView.LastOffsetDeltaAt..], LastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchView.BaseTimestampAt..], BaseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchView.MaxTimestampAt..], MaxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchView.ProducerIdAt..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchView.ProducerEpochAt..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchView.BaseSequenceAt..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchView.RecordCountAt..], RecordCount);
        RecordBatchView.SetCrc(batch);
    }
}
