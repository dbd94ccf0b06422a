using System.Buffers;
using System.Runtime.CompilerServices;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Producing.Batches;

/// <summary>Records for one partition, encoded where they will be sent from, and who waits for them.</summary>
/// <remarks>
/// Grows under its queue's lock while it is open. Once taken by a sender it belongs to that sender until it is answered, given back to
/// the queue, or completed, which happens exactly once.
/// </remarks>
internal sealed class ProducerBatch
{
    /// <summary>A batch's header; length, attributes, two deltas, two lengths and a count at their longest.</summary>
    public const int OverheadBytesMax = RecordBatchView.HeaderSizeInBytes + 5 + 1 + 10 + 5 + 5 + 5 + 5;

    private byte[] _buffer;
    private int _length = RecordBatchView.HeaderSizeInBytes;
    private long _baseTimestamp = -1;
    private PlacedWaiter[]? _waiters;
    private int _waiterCount;
    private PooledBufferWriter? _compressed;
    private int _compressedCount;

    public ProducerBatch(PartitionQueue queue, byte[] buffer, long firstRecord, long createdAt)
    {
        Queue = queue;
        _buffer = buffer;
        FirstRecord = firstRecord;
        CreatedAt = createdAt;
    }

    public PartitionQueue Queue { get; }

    /// <summary>How many records the partition had before this batch: batches are sent in this order.</summary>
    public long FirstRecord { get; }

    /// <summary>When its first record was accepted, as the clock's timestamp.</summary>
    public long CreatedAt { get; }

    public int RecordCount { get; private set; }

    /// <summary>The batch so far, before compression.</summary>
    public int SizeInBytes => _length;

    public int BufferBytes => _buffer.Length;

    /// <summary>The time of the latest record, in milliseconds since the Unix epoch.</summary>
    public long MaxTimestamp { get; private set; } = -1;

    /// <summary>Somebody waits for one of the records.</summary>
    public bool IsUrgent { get; private set; }

    /// <summary>Takes no more records.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Failures so far.</summary>
    public int Failures { get; set; }

    /// <summary>A try ended without an answer that says whether the records were written.</summary>
    public bool IsOutcomeUnknown { get; set; }

    /// <summary>The last failure, for whom is told that time is up.</summary>
    public KafkaException? LastFailure { get; set; }

    /// <summary>Whose sequence it has; null before it is sent first, or when the producer is not idempotent.</summary>
    public ProducerIdentity? Identity { get; set; }

    /// <summary>The sequence of its first record; means nothing without <see cref="Identity"/>.</summary>
    public int BaseSequence { get; set; }

    /// <summary>The sequence of the record after its last.</summary>
    public int NextSequence => Sequence.Add(BaseSequence, RecordCount);

    /// <summary>The flush it belongs to.</summary>
    public FlushRound? Round { get; init; }

    /// <summary>The batch behind it in its queue.</summary>
    public ProducerBatch? Behind { get; set; }

    /// <summary>Bytes that a record may take in a batch, at most.</summary>
    public static int SizeBoundOf(EncodedRecord record) => record.ContentBytes + OverheadBytesMax;

    /// <summary>Whether its buffer has room for so many more bytes.</summary>
    public bool HasRoom(int bytes) => _buffer.Length - _length >= bytes;

    /// <summary>Moves to a larger buffer.</summary>
    /// <returns>The buffer it had.</returns>
    public byte[] MoveTo(byte[] larger)
    {
        byte[] old = _buffer;
        old.AsSpan(0, _length).CopyTo(larger);
        _buffer = larger;
        return old;
    }

    /// <summary>Adds a record; there must be room.</summary>
    public void Append(EncodedRecord record, in RecordWaiter waiter)
    {
        if (!waiter.IsNone) AddWaiter(new PlacedWaiter(RecordCount, record.Timestamp, waiter));
        Write(record.Timestamp, record.Key, record.Value, record.Headers, record.HeaderCount);
    }

    /// <summary>Takes over a record of a batch that is divided, and who waits for it; there must be room.</summary>
    public void TakeOver(in RecordView record, long timestamp, in RecordWaiter waiter)
    {
        if (!waiter.IsNone) AddWaiter(new PlacedWaiter(RecordCount, timestamp, waiter));
        Write(timestamp, record.NullableKey, record.NullableValue, record.EncodedHeaders, record.HeaderCount);
    }

    /// <summary>Writes the header for what is known now, compressing first if that was not done yet.</summary>
    /// <returns>The batch as it goes over the wire; valid until it is sealed again or released.</returns>
    public Memory<byte> Seal(ICompressionCodec? codec, bool isTransactional)
    {
        Memory<byte> batch = codec is null ? _buffer.AsMemory(0, _length) : Compress(codec);
        int attributes = (int)(codec?.Type ?? CompressionType.None);
        if (isTransactional) attributes |= RecordBatchView.TransactionalMask;
        new RecordBatchHeader
        {
            BaseOffset = default,
            PartitionLeaderEpoch = LeaderEpoch.None,
            Attributes = (short)attributes,
            LastOffsetDelta = RecordCount - 1,
            BaseTimestamp = _baseTimestamp,
            MaxTimestamp = MaxTimestamp,
            ProducerId = Identity?.Id ?? -1,
            ProducerEpoch = Identity?.Epoch ?? -1,
            BaseSequence = Identity is null ? -1 : BaseSequence,
            RecordCount = RecordCount,
        }.Write(batch.Span);
        return batch;
    }

    /// <summary>The records as they were appended.</summary>
    public RecordEnumerator EnumerateRecords() =>
        new(_buffer.AsSpan(RecordBatchView.HeaderSizeInBytes, _length - RecordBatchView.HeaderSizeInBytes), RecordCount);

    /// <summary>The time of a record of <see cref="EnumerateRecords"/>.</summary>
    public long TimestampOf(in RecordView record) => _baseTimestamp + record.TimestampDelta;

    /// <summary>Who waits, in the order of the records.</summary>
    public ReadOnlySpan<PlacedWaiter> Waiters => _waiters.AsSpan(0, _waiterCount);

    /// <summary>Gives all memory back; the last thing done to a batch.</summary>
    public void Release(BatchMemory memory)
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0) memory.Return(buffer);
        _compressed?.Dispose();
        _compressed = null;
        if (_waiters is not null) ArrayPool<PlacedWaiter>.Shared.Return(_waiters, clearArray: true);
        _waiters = null;
        _waiterCount = 0;
    }

    private Memory<byte> Compress(ICompressionCodec codec)
    {
        if (_compressed is null || _compressedCount != RecordCount)
        {
            _compressed ??= new PooledBufferWriter(_length / 2);
            _compressed.Clear();
            _compressed.GetSpan(RecordBatchView.HeaderSizeInBytes);
            _compressed.Advance(RecordBatchView.HeaderSizeInBytes);
            codec.Compress(_buffer.AsSpan(RecordBatchView.HeaderSizeInBytes, _length - RecordBatchView.HeaderSizeInBytes), _compressed);
            _compressedCount = RecordCount;
        }

        return _compressed.WrittenMemory;
    }

    private void AddWaiter(in PlacedWaiter placed)
    {
        if (_waiters is null)
        {
            _waiters = ArrayPool<PlacedWaiter>.Shared.Rent(16);
        }
        else if (_waiterCount == _waiters.Length)
        {
            PlacedWaiter[] larger = ArrayPool<PlacedWaiter>.Shared.Rent(2 * _waiterCount);
            _waiters.AsSpan(0, _waiterCount).CopyTo(larger);
            ArrayPool<PlacedWaiter>.Shared.Return(_waiters, clearArray: true);
            _waiters = larger;
        }

        _waiters[_waiterCount++] = placed;
        IsUrgent |= placed.Waiter.IsUrgent;
    }

    /// <summary>Layout: length, attributes, timestamp delta, offset delta, key, value, count of headers, headers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write(
        long timestamp, NullableBytes key, NullableBytes value, ReadOnlySpan<byte> headers, int headerCount)
    {
        if (RecordCount == 0) _baseTimestamp = timestamp;
        if (timestamp > MaxTimestamp) MaxTimestamp = timestamp;
        long timestampDelta = timestamp - _baseTimestamp;
        int bodyBytes = 1 + RecordVarint.SizeOf(timestampDelta) + RecordVarint.SizeOf(RecordCount)
            + SizeOf(key) + SizeOf(value) + RecordVarint.SizeOf(headerCount) + headers.Length;

        Span<byte> target = _buffer.AsSpan(_length);
        int at = RecordVarint.Write(target, bodyBytes);
        _length += at + bodyBytes;
        target[at++] = 0;
        at += RecordVarint.Write(target[at..], timestampDelta);
        at += RecordVarint.Write(target[at..], RecordCount);
        at = WriteField(target, at, key);
        at = WriteField(target, at, value);
        at += RecordVarint.Write(target[at..], headerCount);
        if (!headers.IsEmpty) headers.CopyTo(target[at..]);
        RecordCount++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SizeOf(NullableBytes field) =>
        field.IsNull ? 1 : RecordVarint.SizeOf(field.Span.Length) + field.Span.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteField(Span<byte> target, int at, NullableBytes field)
    {
        at += RecordVarint.Write(target[at..], field.IsNull ? -1 : field.Span.Length);
        field.Span.CopyTo(target[at..]);
        return at + field.Span.Length;
    }
}
