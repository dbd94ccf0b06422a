using System.Buffers;
using System.Text;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Producing.Batches;

/// <summary>One record's key, value and headers as bytes, before its partition is known: serializers are the application's code and
/// must not run inside a partition's lock, and the key decides where the record goes.</summary>
/// <remarks>Lent to one call at a time by <see cref="EncodedRecords"/>; keeps its memory from one record to the next.</remarks>
internal sealed class EncodedRecord : IBufferWriter<byte>
{
    private const int SmallestBytes = 512;
    private const int KeptBytesMax = 256 * 1024;

    private byte[] _bytes = new byte[SmallestBytes];
    private int _written;
    private int _keyBytes;
    private int _valueEnd;
    private bool _isKeyNull;
    private bool _isValueNull;

    public int HeaderCount { get; private set; }

    /// <summary>The number of the transaction it is produced in; 0 without one.</summary>
    public int Transaction { get; set; }

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long Timestamp { get; private set; }

    public NullableBytes Key => _isKeyNull ? NullableBytes.Null : new ReadOnlySpan<byte>(_bytes, 0, _keyBytes);

    public NullableBytes Value =>
        _isValueNull ? NullableBytes.Null : new ReadOnlySpan<byte>(_bytes, _keyBytes, _valueEnd - _keyBytes);

    /// <summary>The headers as records hold them, without their count.</summary>
    public ReadOnlySpan<byte> Headers => _bytes.AsSpan(_valueEnd, _written - _valueEnd);

    /// <summary>The bytes it takes, but for its lengths.</summary>
    public int ContentBytes => _written;

    public void Begin(long timestamp)
    {
        Timestamp = timestamp;
        _written = 0;
        HeaderCount = 0;
    }

    /// <summary>What was written since <see cref="Begin"/> is the key.</summary>
    public void EndKey(bool isNull)
    {
        _isKeyNull = isNull;
        _keyBytes = _written;
    }

    /// <summary>What was written since <see cref="EndKey"/> is the value.</summary>
    public void EndValue(bool isNull)
    {
        _isValueNull = isNull;
        _valueEnd = _written;
    }

    /// <summary>Writes a header, behind the value.</summary>
    public void AppendHeader(string key, ReadOnlySpan<byte> value, bool isNull)
    {
        int keyBytes = Encoding.UTF8.GetByteCount(key);
        Reserve(keyBytes + value.Length + (2 * RecordVarint.SizeOf(int.MaxValue)));
        Span<byte> rest = _bytes.AsSpan(_written);
        int at = RecordVarint.Write(rest, keyBytes);
        at += Encoding.UTF8.GetBytes(key, rest[at..]);
        at += RecordVarint.Write(rest[at..], isNull ? -1 : value.Length);
        value.CopyTo(rest[at..]);
        _written += at + value.Length;
        HeaderCount++;
    }

    public void Advance(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - _written)) throw new ArgumentOutOfRangeException(nameof(count));
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_written);
    }

    /// <summary>Lets go of memory that a large record took.</summary>
    public void Trim()
    {
        if (_bytes.Length > KeptBytesMax) _bytes = new byte[SmallestBytes];
    }

    private void Reserve(int sizeHint)
    {
        if (_bytes.Length - _written >= Math.Max(sizeHint, 1)) return;
        long wanted = Math.Max(2L * _bytes.Length, (long)_written + Math.Max(sizeHint, 1));
        if (wanted > Array.MaxLength) throw new InvalidOperationException($"A record of {wanted} bytes cannot be written.");
        Array.Resize(ref _bytes, (int)wanted);
    }
}
