namespace LogBroker.Protocol.Records;

/// <summary>Walks the records of one batch over their uncompressed bytes without allocating; usable in
/// <c>foreach</c>.</summary>
/// <remarks>Every length is checked before it is used. <see cref="MoveNext"/> throws
/// <see cref="InvalidRecordException"/> and nothing else: at the first record that is not one, when the bytes end before
/// the declared count, and when bytes are left behind it.</remarks>
public ref struct RecordEnumerator
{
    private readonly ReadOnlySpan<byte> _records;
    private int _remaining;
    private int _position;

    /// <summary>Starts before the first record.</summary>
    /// <param name="records">The uncompressed bytes of all the records of the batch.</param>
    /// <param name="recordCount">How many the batch declares.</param>
    /// <exception cref="InvalidRecordException">The count is negative.</exception>
    public RecordEnumerator(ReadOnlySpan<byte> records, int recordCount)
    {
        if (recordCount < 0) InvalidRecordException.ThrowRecordCount(recordCount);
        _records = records;
        _remaining = recordCount;
    }

    public RecordView Current { get; private set; }

    public readonly RecordEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_remaining == 0)
        {
            if (_position != _records.Length)
                InvalidRecordException.ThrowTrailingBytes(_records.Length - _position);
            return false;
        }

        int length = RecordVarint.ReadInt32(_records, ref _position);
        if ((uint)length > (uint)(_records.Length - _position))
            InvalidRecordException.ThrowRecordTooLong(length, _records.Length - _position);
        Current = RecordView.Parse(_records.Slice(_position, length));
        _position += length;
        _remaining--;
        return true;
    }
}
