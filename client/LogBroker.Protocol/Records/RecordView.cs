namespace LogBroker.Protocol.Records;

/// <summary>A view of one record over the uncompressed bytes of its batch. Copies nothing; lives as long as they do.
/// </summary>
/// <remarks>
/// Layout: length varint (bytes after it), attributes int8, timestampDelta varlong, offsetDelta varint, then key and
/// value, each a varint length (negative: null) and bytes, then a varint count of headers. All of it was checked when the
/// view was made, so nothing here throws.
/// </remarks>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _headers;

    private RecordView(
        sbyte attributes,
        long timestampDelta,
        int offsetDelta,
        NullableBytes key,
        NullableBytes value,
        ReadOnlySpan<byte> headers,
        int headerCount)
    {
        Attributes = attributes;
        TimestampDelta = timestampDelta;
        OffsetDelta = offsetDelta;
        NullableKey = key;
        NullableValue = value;
        _headers = headers;
        HeaderCount = headerCount;
    }

    /// <summary>Unused by the protocol; 0 from every known writer.</summary>
    public sbyte Attributes { get; }

    /// <summary>Milliseconds after the batch's base timestamp; may be negative.</summary>
    public long TimestampDelta { get; }

    /// <summary>Offsets after the batch's base offset.</summary>
    public int OffsetDelta { get; }

    /// <summary>The key's bytes; empty also when <see cref="IsKeyNull"/>.</summary>
    public ReadOnlySpan<byte> Key => NullableKey.Span;

    public bool IsKeyNull => NullableKey.IsNull;

    public NullableBytes NullableKey { get; }

    /// <summary>The value's bytes; empty also when <see cref="IsValueNull"/>.</summary>
    public ReadOnlySpan<byte> Value => NullableValue.Span;

    /// <summary>True for a tombstone.</summary>
    public bool IsValueNull => NullableValue.IsNull;

    public NullableBytes NullableValue { get; }

    public int HeaderCount { get; }

    /// <summary>The headers, in their order; keys may repeat.</summary>
    public RecordHeaderEnumerator Headers => new(_headers, HeaderCount);

    /// <summary>The headers as they are encoded, without their count.</summary>
    internal ReadOnlySpan<byte> EncodedHeaders => _headers;

    /// <summary>Reads the record at <paramref name="position"/>, and moves behind it: for those who walk a batch's records over more
    /// than one call, where a <see cref="RecordEnumerator"/> cannot be kept.</summary>
    /// <param name="records">The uncompressed bytes of all the records of the batch.</param>
    /// <param name="position">Where the record starts.</param>
    /// <exception cref="InvalidRecordException">There is no record.</exception>
    public static RecordView Read(ReadOnlySpan<byte> records, ref int position)
    {
        int length = RecordVarint.ReadInt32(records, ref position);
        if ((uint)length > (uint)(records.Length - position))
            InvalidRecordException.ThrowRecordTooLong(length, records.Length - position);
        ReadOnlySpan<byte> body = records.Slice(position, length);
        position += length;
        return Parse(body);
    }

    /// <summary>Reads one record from all of <paramref name="body"/>, which is what follows its length.</summary>
    /// <exception cref="InvalidRecordException">It is not a record, or shorter or longer than one.</exception>
    internal static RecordView Parse(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) InvalidRecordException.Throw("A record has no attributes.");
        int position = 1;
        long timestampDelta = RecordVarint.ReadInt64(body, ref position);
        int offsetDelta = RecordVarint.ReadInt32(body, ref position);
        NullableBytes key = ReadField(body, ref position);
        NullableBytes value = ReadField(body, ref position);
        int headerCount = RecordVarint.ReadInt32(body, ref position);
        ReadOnlySpan<byte> headers = body[position..];
        if (headerCount == 0)
        {
            if (!headers.IsEmpty) InvalidRecordException.Throw("A record is longer than its fields.");
        }
        else
        {
            CheckHeaders(headers, headerCount);
        }

        return new RecordView((sbyte)body[0], timestampDelta, offsetDelta, key, value, headers, headerCount);
    }

    internal static NullableBytes ReadField(ReadOnlySpan<byte> body, scoped ref int position)
    {
        int length = RecordVarint.ReadInt32(body, ref position);
        if (length < 0) return NullableBytes.Null; // Kafka reads every negative length as null, not only -1
        if (length > body.Length - position) InvalidRecordException.ThrowFieldTooLong(length, body.Length - position);
        ReadOnlySpan<byte> field = body.Slice(position, length);
        position += length;
        return field;
    }

    private static void CheckHeaders(ReadOnlySpan<byte> headers, int count)
    {
        if (count < 0 || count > headers.Length) InvalidRecordException.ThrowHeaderCount(count);
        int position = 0;
        for (int index = 0; index < count; index++)
        {
            if (ReadField(headers, ref position).IsNull) InvalidRecordException.Throw("A header has no key.");
            ReadField(headers, ref position);
        }

        if (position != headers.Length) InvalidRecordException.Throw("A record is longer than its fields.");
    }
}
