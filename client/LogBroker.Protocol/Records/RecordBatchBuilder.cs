using System.Buffers;
using System.Text;

namespace LogBroker.Protocol.Records;

/// <summary>Writes one record batch, magic 2: append records, then <see cref="Build"/>.</summary>
/// <remarks>One owner, one thread. <see cref="Reset"/> starts the next batch on the same memory; <see cref="Dispose"/>
/// gives it back to the pool. Memory from <see cref="Build"/> is valid until either is called. Appending allocates
/// nothing but the growth of the buffer.</remarks>
public sealed class RecordBatchBuilder : IDisposable
{
    private readonly PooledBufferWriter _plain;
    private PooledBufferWriter? _compressed;
    private RecordBatchOptions _options;
    private long _baseTimestamp;
    private long _maxTimestamp;
    private int _lastOffsetDelta;
    private bool _isBuilt;

    public RecordBatchBuilder(RecordBatchOptions? options = null, int initialBytes = 1024)
    {
        _plain = new PooledBufferWriter(Math.Max(initialBytes, RecordBatchView.HeaderSizeInBytes));
        _options = options ?? RecordBatchOptions.Default;
        Start();
    }

    public int RecordCount { get; private set; }

    /// <summary>The size of the batch so far, before compression.</summary>
    public int UncompressedSizeInBytes => _plain.WrittenCount;

    /// <summary>Forgets the records and begins a new batch.</summary>
    public void Reset(RecordBatchOptions? options = null)
    {
        if (options is not null) _options = options;
        Start();
    }

    /// <summary>Adds a record behind the last one.</summary>
    /// <param name="timestamp">Milliseconds since the Unix epoch, -1 for none.</param>
    /// <param name="key">Null for a record without key.</param>
    /// <param name="value">Null for a tombstone.</param>
    /// <param name="headers">In the order they are to be read.</param>
    public void Append(
        long timestamp, NullableBytes key, NullableBytes value, params ReadOnlySpan<RecordHeader> headers)
    {
        int headersBytes = 0;
        foreach (RecordHeader header in headers) headersBytes += SizeOf(header);

        Span<byte> rest = Begin(NextOffsetDelta, timestamp, key, value, headers.Length, headersBytes);
        foreach (RecordHeader header in headers)
        {
            int keyBytes = Encoding.UTF8.GetByteCount(header.Key);
            rest = rest[RecordVarint.Write(rest, keyBytes)..];
            rest = rest[Encoding.UTF8.GetBytes(header.Key, rest)..];
            rest = WriteField(rest, NullableBytes.FromMemory(header.Value));
        }
    }

    /// <summary>Adds a copy of <paramref name="record"/> behind the last one, headers and all.</summary>
    public void Append(long timestamp, in RecordView record) => AppendAt(NextOffsetDelta, timestamp, record);

    /// <summary>Adds a copy of <paramref name="record"/> at an offset of its own: what compaction leaves has gaps.</summary>
    /// <param name="offsetDelta">Offsets after the base offset; higher than that of the record before.</param>
    /// <param name="timestamp">Milliseconds since the Unix epoch, -1 for none.</param>
    /// <param name="record">What to copy.</param>
    public void AppendAt(int offsetDelta, long timestamp, in RecordView record)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offsetDelta, NextOffsetDelta);
        ReadOnlySpan<byte> headers = record.EncodedHeaders;
        Span<byte> rest = Begin(
            offsetDelta, timestamp, record.NullableKey, record.NullableValue, record.HeaderCount, headers.Length);
        headers.CopyTo(rest);
    }

    /// <summary>Lets the batch reach to an offset behind its last record: what compaction removed there still counts.
    /// </summary>
    /// <param name="lastOffsetDelta">Offsets after the base offset; not lower than that of the last record.</param>
    public void ExtendTo(int lastOffsetDelta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lastOffsetDelta, _lastOffsetDelta);
        ThrowIfBuilt();
        _lastOffsetDelta = lastOffsetDelta;
    }

    /// <summary>Finishes the batch: compresses it if a codec is set, writes the header and the CRC.</summary>
    /// <returns>The whole batch, in memory that this builder owns. A batch may have no records.</returns>
    public Memory<byte> Build()
    {
        PooledBufferWriter output = _plain;
        if (_options.Codec is { } codec && RecordCount > 0)
        {
            output = _compressed ??= new PooledBufferWriter();
            if (!_isBuilt)
            {
                output.Clear();
                Reserve(output);
                codec.Compress(_plain.WrittenSpan[RecordBatchView.HeaderSizeInBytes..], output);
            }
        }

        Memory<byte> batch = output.WrittenMemory;
        if (!_isBuilt) WriteHeader(batch.Span);
        _isBuilt = true;
        return batch;
    }

    /// <summary>Finishes the batch and copies it to <paramref name="output"/>.</summary>
    public void WriteTo(IBufferWriter<byte> output) => output.Write(Build().Span);

    public void Dispose()
    {
        _plain.Dispose();
        _compressed?.Dispose();
    }

    private int NextOffsetDelta => _lastOffsetDelta + 1;

    private void Start()
    {
        _plain.Clear();
        Reserve(_plain);
        _baseTimestamp = -1;
        _maxTimestamp = -1;
        _lastOffsetDelta = -1;
        _isBuilt = false;
        RecordCount = 0;
    }

    private void ThrowIfBuilt()
    {
        if (_isBuilt) throw new InvalidOperationException("The batch is built; reset the builder for another.");
    }

    private static void Reserve(PooledBufferWriter output)
    {
        output.GetSpan(RecordBatchView.HeaderSizeInBytes);
        output.Advance(RecordBatchView.HeaderSizeInBytes);
    }

    /// <summary>Writes a record up to its headers and returns the room for them.</summary>
    private Span<byte> Begin(
        int offsetDelta, long timestamp, NullableBytes key, NullableBytes value, int headerCount, int headersBytes)
    {
        ThrowIfBuilt();
        if (RecordCount == 0) _baseTimestamp = timestamp;
        long timestampDelta = timestamp - _baseTimestamp;
        int bodyBytes = checked(
            1 + RecordVarint.SizeOf(timestampDelta) + RecordVarint.SizeOf(offsetDelta) + SizeOf(key) + SizeOf(value)
            + RecordVarint.SizeOf(headerCount) + headersBytes);
        int recordBytes = checked(RecordVarint.SizeOf(bodyBytes) + bodyBytes);

        Span<byte> record = _plain.GetSpan(recordBytes)[..recordBytes];
        Span<byte> rest = record[RecordVarint.Write(record, bodyBytes)..];
        rest[0] = 0;
        rest = rest[1..];
        rest = rest[RecordVarint.Write(rest, timestampDelta)..];
        rest = rest[RecordVarint.Write(rest, offsetDelta)..];
        rest = WriteField(rest, key);
        rest = WriteField(rest, value);
        rest = rest[RecordVarint.Write(rest, headerCount)..];
        _plain.Advance(recordBytes);

        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        _lastOffsetDelta = offsetDelta;
        RecordCount++;
        return rest;
    }

    private void WriteHeader(Span<byte> batch)
    {
        var header = new RecordBatchHeader
        {
            BaseOffset = _options.BaseOffset,
            PartitionLeaderEpoch = _options.PartitionLeaderEpoch,
            Attributes = RecordBatchHeader.AttributesOf(_options, RecordCount > 0),
            LastOffsetDelta = _lastOffsetDelta,
            BaseTimestamp = _baseTimestamp,
            MaxTimestamp = _options.LogAppendTimestamp ?? _maxTimestamp,
            ProducerId = _options.ProducerId,
            ProducerEpoch = _options.ProducerEpoch,
            BaseSequence = _options.BaseSequence,
            RecordCount = RecordCount,
        };
        header.Write(batch);
    }

    private static int SizeOf(NullableBytes field) =>
        field.IsNull ? 1 : checked(RecordVarint.SizeOf(field.Span.Length) + field.Span.Length);

    private static int SizeOf(in RecordHeader header)
    {
        int keyBytes = Encoding.UTF8.GetByteCount(header.Key);
        return checked(RecordVarint.SizeOf(keyBytes) + keyBytes + SizeOf(NullableBytes.FromMemory(header.Value)));
    }

    private static Span<byte> WriteField(Span<byte> target, NullableBytes field)
    {
        if (field.IsNull) return target[RecordVarint.Write(target, -1)..];
        target = target[RecordVarint.Write(target, field.Span.Length)..];
        field.Span.CopyTo(target);
        return target[field.Span.Length..];
    }
}
