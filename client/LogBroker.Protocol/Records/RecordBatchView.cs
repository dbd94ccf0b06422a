using System.Buffers.Binary;

namespace LogBroker.Protocol.Records;

/// <summary>A view of one record batch, magic 2, over the bytes it was received or stored in. Copies nothing.</summary>
/// <remarks>
/// Layout (all big-endian): 0 baseOffset int64, 8 batchLength int32 (bytes after it), 12 partitionLeaderEpoch int32,
/// 16 magic int8, 17 crc uint32 (CRC-32C of all from 21 on), 21 attributes int16, 23 lastOffsetDelta int32,
/// 27 baseTimestamp int64, 35 maxTimestamp int64, 43 producerId int64, 51 producerEpoch int16, 53 baseSequence int32,
/// 57 recordsCount int32, 61 records. The fields before 21 may be rewritten without touching the CRC.
/// The view checks nothing but that the header is there: see <see cref="TryRead"/>.
/// </remarks>
public readonly ref struct RecordBatchView
{
    /// <summary>Bytes of the header in front of the records.</summary>
    public const int HeaderSizeInBytes = 61;

    /// <summary>Bytes in front of what <c>batchLength</c> counts.</summary>
    public const int LogOverheadInBytes = 12;

    /// <summary>The one message format served since Kafka 4.</summary>
    public const sbyte CurrentMagic = 2;

    /// <summary>Where the header has <c>batchLength</c>.</summary>
    public const int BatchLengthAt = 8;

    internal const int PartitionLeaderEpochAt = 12;
    internal const int MagicAt = 16;
    internal const int CrcAt = 17;
    internal const int AttributesAt = 21;
    internal const int LastOffsetDeltaAt = 23;
    internal const int BaseTimestampAt = 27;

    /// <summary>Where the header has <c>maxTimestamp</c>.</summary>
    public const int MaxTimestampAt = 35;

    internal const int ProducerIdAt = 43;
    internal const int ProducerEpochAt = 51;
    internal const int BaseSequenceAt = 53;

    /// <summary>Where the header has <c>recordsCount</c>.</summary>
    public const int RecordCountAt = 57;

    internal const short CompressionMask = 0x07;
    internal const short TimestampTypeMask = 0x08;
    internal const short TransactionalMask = 0x10;
    internal const short ControlMask = 0x20;
    internal const short DeleteHorizonMask = 0x40;

    private RecordBatchView(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>The whole batch, header included.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public int SizeInBytes => Bytes.Length;

    public Offset BaseOffset => new(BinaryPrimitives.ReadInt64BigEndian(Bytes));

    public LeaderEpoch PartitionLeaderEpoch =>
        new(BinaryPrimitives.ReadInt32BigEndian(Bytes[PartitionLeaderEpochAt..]));

    public sbyte Magic => (sbyte)Bytes[MagicAt];

    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(Bytes[CrcAt..]);

    public short Attributes => BinaryPrimitives.ReadInt16BigEndian(Bytes[AttributesAt..]);

    /// <summary>The codec; a value above <see cref="CompressionType.Zstd"/> is not a codec of any Kafka.</summary>
    public CompressionType Compression => (CompressionType)(Attributes & CompressionMask);

    public TimestampType TimestampType =>
        (Attributes & TimestampTypeMask) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    public bool IsTransactional => (Attributes & TransactionalMask) != 0;

    public bool IsControl => (Attributes & ControlMask) != 0;

    public bool HasDeleteHorizon => (Attributes & DeleteHorizonMask) != 0;

    public int LastOffsetDelta => BinaryPrimitives.ReadInt32BigEndian(Bytes[LastOffsetDeltaAt..]);

    public Offset LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>The offset of the batch that follows: exclusive end.</summary>
    public Offset NextOffset => LastOffset.Next;

    /// <summary>Milliseconds since the Unix epoch; the delete horizon instead when <see cref="HasDeleteHorizon"/>.</summary>
    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(Bytes[BaseTimestampAt..]);

    /// <summary>Milliseconds since the Unix epoch; -1 when no record has one.</summary>
    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(Bytes[MaxTimestampAt..]);

    /// <summary>-1 when the producer is not idempotent; then epoch and sequence mean nothing.</summary>
    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(Bytes[ProducerIdAt..]);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(Bytes[ProducerEpochAt..]);

    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(Bytes[BaseSequenceAt..]);

    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(Bytes[RecordCountAt..]);

    /// <summary>The records, compressed as <see cref="Compression"/> says.</summary>
    public ReadOnlySpan<byte> Payload => Bytes[HeaderSizeInBytes..];

    /// <summary>The bytes that <see cref="Crc"/> covers.</summary>
    public ReadOnlySpan<byte> CheckedBytes => Bytes[AttributesAt..];

    /// <summary>Whether <see cref="Crc"/> is that of the bytes it covers.</summary>
    public bool IsCrcValid => Crc == ComputeCrc();

    /// <summary>Reads the format of the batch or legacy message set that <paramref name="bytes"/> start with: its number
    /// lies at the same place in all of them.</summary>
    /// <returns>False when the bytes end before it.</returns>
    public static bool TryReadMagic(ReadOnlySpan<byte> bytes, out sbyte magic)
    {
        magic = bytes.Length > MagicAt ? (sbyte)bytes[MagicAt] : (sbyte)0;
        return bytes.Length > MagicAt;
    }

    /// <summary>Takes the first batch off <paramref name="bytes"/>.</summary>
    /// <returns>False when the bytes end before the batch does, or its length cannot be a batch's; magic and CRC are
    /// for the caller to check.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RecordBatchView batch)
    {
        batch = default;
        if (bytes.Length < HeaderSizeInBytes) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[BatchLengthAt..]);
        if (length < HeaderSizeInBytes - LogOverheadInBytes || length > bytes.Length - LogOverheadInBytes) return false;
        batch = new RecordBatchView(bytes[..(LogOverheadInBytes + length)]);
        return true;
    }

    /// <summary>Reads the header of a batch whose records need not be there.</summary>
    /// <param name="bytes">Starts with the header.</param>
    /// <param name="header">A view of the header alone: its payload is empty and its CRC cannot be checked.</param>
    /// <param name="sizeInBytes">The size that the whole batch has.</param>
    /// <returns>False when the bytes end before the header does, or the length in it cannot be a batch's.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out RecordBatchView header, out int sizeInBytes)
    {
        header = default;
        sizeInBytes = 0;
        if (bytes.Length < HeaderSizeInBytes) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[BatchLengthAt..]);
        if (length is < HeaderSizeInBytes - LogOverheadInBytes or > int.MaxValue - LogOverheadInBytes) return false;
        header = new RecordBatchView(bytes[..HeaderSizeInBytes]);
        sizeInBytes = LogOverheadInBytes + length;
        return true;
    }

    /// <summary>The checksum that the bytes after the CRC field should have.</summary>
    public uint ComputeCrc() => Crc32C.Compute(CheckedBytes);

    /// <summary>Walks the records where they lie.</summary>
    /// <exception cref="InvalidOperationException">They are compressed.</exception>
    /// <exception cref="InvalidRecordException">The batch declares a negative count.</exception>
    public RecordEnumerator EnumerateRecords() =>
        Compression == CompressionType.None
            ? new RecordEnumerator(Payload, RecordCount)
            : throw new InvalidOperationException($"The records are compressed with {Compression}.");

    public Offset OffsetOf(in RecordView record) => BaseOffset + record.OffsetDelta;

    /// <summary>Milliseconds since the Unix epoch: the batch's own time when the broker set it.</summary>
    public long TimestampOf(in RecordView record) =>
        TimestampType == TimestampType.LogAppendTime ? MaxTimestamp : BaseTimestamp + record.TimestampDelta;

    /// <summary>Sets the base offset and the leader epoch, which lie outside the CRC.</summary>
    public static void Stamp(Span<byte> batch, Offset baseOffset, LeaderEpoch epoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(batch[PartitionLeaderEpochAt..], epoch.Value);
    }

    /// <summary>Gives all the records of a batch the broker's time and renews the CRC, which covers it.</summary>
    /// <param name="batch">Exactly one batch.</param>
    /// <param name="timestamp">Milliseconds since the Unix epoch.</param>
    public static void StampLogAppendTime(Span<byte> batch, long timestamp)
    {
        short attributes = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesAt..]);
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], (short)(attributes | TimestampTypeMask));
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], timestamp);
        SetCrc(batch);
    }

    /// <summary>Says whose time the records carry and which is the latest, and renews the CRC, which covers both.
    /// </summary>
    /// <param name="batch">Exactly one batch.</param>
    /// <param name="type">With LogAppendTime, <paramref name="timestamp"/> is that of every record.</param>
    /// <param name="timestamp">Milliseconds since the Unix epoch.</param>
    public static void StampTimestamp(Span<byte> batch, TimestampType type, long timestamp)
    {
        short attributes = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesAt..]);
        int stamped = type == TimestampType.LogAppendTime
            ? attributes | TimestampTypeMask
            : attributes & ~TimestampTypeMask;
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], (short)stamped);
        StampMaxTimestamp(batch, timestamp);
    }

    /// <summary>Sets the time of the latest record and renews the CRC, which covers it.</summary>
    /// <param name="batch">Exactly one batch.</param>
    /// <param name="timestamp">Milliseconds since the Unix epoch.</param>
    public static void StampMaxTimestamp(Span<byte> batch, long timestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], timestamp);
        SetCrc(batch);
    }

    /// <summary>Writes the CRC of what it covers now.</summary>
    /// <param name="batch">Exactly one batch.</param>
    public static void SetCrc(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Compute(batch[AttributesAt..]));
}
