namespace LogBroker.Protocol.Records;

/// <summary>Reads records that come piece by piece, as a decompressor hands them out, keeping only what tells whether they
/// are well formed: keys, values and headers are passed over and need not be in memory at once.</summary>
/// <remarks>One owner, one thread; a mutable value, not to be copied while in use. Every length is checked before it is used.
/// The form is the one that <see cref="RecordView"/> describes, and the same bytes are refused.</remarks>
public struct RecordSkimmer
{
    private const int LongestInt32Bytes = 5;
    private const int LongestInt64Bytes = 10;

    private Part _part;
    private int _bodyLeft;
    private int _skip;
    private int _headersLeft;
    private SkimmedRecord _record;

    private enum Part : byte
    {
        Length,
        Head,
        Value,
        HeaderCount,
        HeaderKey,
        HeaderValue,
        End,
    }

    /// <summary>Goes on to the end of the current record.</summary>
    /// <param name="input">What has come; moved behind what is used up. What is left when this returns false, a few bytes at
    /// most, must be given again in front of the next piece.</param>
    /// <param name="record">The record that ended.</param>
    /// <returns>False when more is needed.</returns>
    /// <exception cref="InvalidRecordException">The bytes are no records.</exception>
    public bool TryNext(ref ReadOnlySpan<byte> input, out SkimmedRecord record)
    {
        record = default;
        while (true)
        {
            if (_skip > 0)
            {
                int passed = Math.Min(_skip, input.Length);
                input = input[passed..];
                _skip -= passed;
                if (_skip > 0) return false;
            }

            if (_part == Part.End)
            {
                _part = Part.Length;
                record = _record;
                return true;
            }

            int used = 0;
            if (!TryReadPart(input, ref used)) return false;
            input = input[used..];
        }
    }

    /// <summary>Reads the next number, or the few that always stand together, and sets what comes after.</summary>
    private bool TryReadPart(ReadOnlySpan<byte> input, ref int used)
    {
        switch (_part)
        {
            case Part.Length:
                if (!TryReadInt32(input, ref used, out int length)) return false;
                if (length < 0) InvalidRecordException.ThrowRecordTooLong(length, input.Length);
                _bodyLeft = length;
                _part = Part.Head;
                return true;
            case Part.Head:
                return TryReadHead(input, ref used);
            case Part.Value:
                return TryReadField(input, ref used, Part.HeaderCount, out _);
            case Part.HeaderCount:
                if (!TryReadInt32(input, ref used, out int count)) return false;
                Take(used);
                if (count < 0 || count > _bodyLeft) InvalidRecordException.ThrowHeaderCount(count);
                _headersLeft = count;
                EndOrNextHeader();
                return true;
            case Part.HeaderKey:
                if (!TryReadField(input, ref used, Part.HeaderValue, out bool isNull)) return false;
                if (isNull) InvalidRecordException.Throw("A header has no key.");
                return true;
            default:
                if (!TryReadField(input, ref used, Part.HeaderValue, out _)) return false;
                _headersLeft--;
                EndOrNextHeader();
                return true;
        }
    }

    private bool TryReadHead(ReadOnlySpan<byte> input, ref int used)
    {
        int position = 1; // the attributes, which nothing uses
        if (input.IsEmpty
            || !TryReadNumber(input, ref position, LongestInt64Bytes, out ulong timestamp)
            || !TryReadInt32(input, ref position, out int offset)
            || !TryReadInt32(input, ref position, out int keyLength))
            return false;
        used = position;
        Take(used);
        _record = new SkimmedRecord((long)(timestamp >> 1) ^ -(long)(timestamp & 1), offset, keyLength < 0);
        Skip(keyLength);
        _part = Part.Value;
        return true;
    }

    private bool TryReadField(ReadOnlySpan<byte> input, ref int used, Part next, out bool isNull)
    {
        isNull = false;
        if (!TryReadInt32(input, ref used, out int length)) return false;
        Take(used);
        isNull = length < 0;
        Skip(length);
        _part = next;
        return true;
    }

    private void EndOrNextHeader()
    {
        _part = _headersLeft > 0 ? Part.HeaderKey : Part.End;
        if (_part == Part.End && _bodyLeft != 0) InvalidRecordException.Throw("A record is longer than its fields.");
    }

    /// <summary>Takes bytes that were read off the record.</summary>
    private void Take(int bytes)
    {
        _bodyLeft -= bytes;
        if (_bodyLeft < 0) InvalidRecordException.Throw("A record is shorter than its fields.");
    }

    private void Skip(int bytes)
    {
        if (bytes <= 0) return;
        if (bytes > _bodyLeft) InvalidRecordException.ThrowFieldTooLong(bytes, _bodyLeft);
        _bodyLeft -= bytes;
        _skip = bytes;
    }

    private static bool TryReadInt32(ReadOnlySpan<byte> input, ref int position, out int value)
    {
        bool isWhole = TryReadNumber(input, ref position, LongestInt32Bytes, out ulong groups);
        value = (int)((uint)groups >> 1) ^ -(int)(groups & 1);
        return isWhole;
    }

    /// <returns>False when the number goes on behind the input.</returns>
    private static bool TryReadNumber(ReadOnlySpan<byte> input, ref int position, int longest, out ulong value)
    {
        value = 0;
        for (int index = 0; index < longest; index++)
        {
            if ((uint)(position + index) >= (uint)input.Length) return false;
            byte group = input[position + index];
            value |= (ulong)(group & 0x7F) << (7 * index);
            if (group >= 0x80) continue;
            position += index + 1;
            return true;
        }

        InvalidRecordException.Throw("A number has too many bytes.");
        return false;
    }
}

/// <summary>What <see cref="RecordSkimmer"/> keeps of a record.</summary>
/// <param name="TimestampDelta">Milliseconds after the batch's base timestamp; may be negative.</param>
/// <param name="OffsetDelta">Offsets after the batch's base offset.</param>
/// <param name="IsKeyNull">Whether it has no key.</param>
public readonly record struct SkimmedRecord(long TimestampDelta, int OffsetDelta, bool IsKeyNull);
