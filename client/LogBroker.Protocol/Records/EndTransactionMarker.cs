using System.Buffers.Binary;
using System.Diagnostics;

namespace LogBroker.Protocol.Records;

/// <summary>The commit or abort of a producer's transaction in one partition: a control batch with one record.</summary>
public readonly record struct EndTransactionMarker(ControlRecordType Type, int CoordinatorEpoch)
{
    /// <summary>Every such batch is this long.</summary>
    public const int BatchSizeInBytes = 78;

    private const int ValueSizeInBytes = 6;
    private const short CurrentVersion = 0;

    /// <summary>Builds the batch, with offset 0 and no leader epoch, for the leader to stamp.</summary>
    /// <param name="producerId">Whose transaction ends.</param>
    /// <param name="producerEpoch">The epoch of that producer.</param>
    /// <param name="timestamp">Milliseconds since the Unix epoch.</param>
    public byte[] ToBatch(long producerId, short producerEpoch, long timestamp)
    {
        if (Type is not (ControlRecordType.Abort or ControlRecordType.Commit))
            throw new InvalidOperationException($"{Type} does not end a transaction.");

        Span<byte> key = stackalloc byte[ControlRecord.KeySizeInBytes];
        BinaryPrimitives.WriteInt16BigEndian(key, CurrentVersion);
        BinaryPrimitives.WriteInt16BigEndian(key[2..], (short)Type);
        Span<byte> value = stackalloc byte[ValueSizeInBytes];
        BinaryPrimitives.WriteInt16BigEndian(value, CurrentVersion);
        BinaryPrimitives.WriteInt32BigEndian(value[2..], CoordinatorEpoch);

        var options = new RecordBatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            IsTransactional = true,
            IsControl = true,
        };
        using var builder = new RecordBatchBuilder(options, BatchSizeInBytes);
        builder.Append(timestamp, (ReadOnlySpan<byte>)key, (ReadOnlySpan<byte>)value);
        byte[] batch = builder.Build().ToArray();
        Debug.Assert(batch.Length == BatchSizeInBytes);
        return batch;
    }

    /// <summary>Reads the marker of a control batch.</summary>
    /// <returns>False when the record is a control record of another kind.</returns>
    /// <exception cref="InvalidRecordException">It is not a control record, or its value is not a marker's.</exception>
    public static bool TryRead(in RecordView record, out EndTransactionMarker marker)
    {
        marker = default;
        ControlRecordType type = ControlRecord.ReadKey(record.Key).Type;
        if (type is not (ControlRecordType.Abort or ControlRecordType.Commit)) return false;

        ReadOnlySpan<byte> value = record.Value;
        if (value.Length < ValueSizeInBytes) InvalidRecordException.Throw("The value of a marker is too short.");
        if (BinaryPrimitives.ReadInt16BigEndian(value) < 0)
            InvalidRecordException.Throw("The value of a marker has a negative version.");
        marker = new EndTransactionMarker(type, BinaryPrimitives.ReadInt32BigEndian(value[2..]));
        return true;
    }
}
