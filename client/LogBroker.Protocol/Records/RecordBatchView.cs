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

    private const int PartitionLeaderEpochAt = 12;
    private const int MagicAt = 16;
    private const int CrcAt = 17;
    private const int AttributesAt = 21;
    private const int LastOffsetDeltaAt = 23;
    private const int BaseTimestampAt = 27;
    private const int MaxTimestampAt = 35;
    private const int ProducerIdAt = 43;
    private const int ProducerEpochAt = 51;
    private const int BaseSequenceAt = 53;
    private const int RecordCountAt = 57;

    private const short CompressionMask = 0x07;
    private const short TimestampTypeMask = 0x08;
    private const short TransactionalMask = 0x10;
    private const short ControlMask = 0x20;
    private const short DeleteHorizonMask = 0x40;

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

    /// <summary>Takes the first batch off <paramref name="bytes"/>.</summary>
    /// <returns>False when the bytes end before the batch does, or its length cannot be a batch's; magic and CRC are
    /// for the caller to check.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RecordBatchView batch)
    {
        batch = default;
        if (bytes.Length < HeaderSizeInBytes) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        if (length < HeaderSizeInBytes - LogOverheadInBytes || length > bytes.Length - LogOverheadInBytes) return false;
        batch = new RecordBatchView(bytes[..(LogOverheadInBytes + length)]);
        return true;
    }

    /// <summary>Sets the base offset and the leader epoch, which lie outside the CRC.</summary>
    public static void Stamp(Span<byte> batch, Offset baseOffset, LeaderEpoch epoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(batch[PartitionLeaderEpochAt..], epoch.Value);
    }
}
