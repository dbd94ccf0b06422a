namespace LogBroker.Protocol.Records;

/// <summary>A view of one header of a record.</summary>
public readonly ref struct RecordHeaderView
{
    internal RecordHeaderView(ReadOnlySpan<byte> key, NullableBytes value)
    {
        Key = key;
        NullableValue = value;
    }

    /// <summary>UTF-8 by convention; the broker does not check it.</summary>
    public ReadOnlySpan<byte> Key { get; }

    public ReadOnlySpan<byte> Value => NullableValue.Span;

    public bool IsValueNull => NullableValue.IsNull;

    public NullableBytes NullableValue { get; }
}

/// <summary>Walks the headers of a record without allocating.</summary>
public ref struct RecordHeaderEnumerator
{
    private readonly ReadOnlySpan<byte> _headers;
    private int _remaining;
    private int _position;

    internal RecordHeaderEnumerator(ReadOnlySpan<byte> headers, int count)
    {
        _headers = headers;
        _remaining = count;
    }

    public RecordHeaderView Current { get; private set; }

    public readonly RecordHeaderEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_remaining == 0) return false;
        _remaining--;
        NullableBytes key = RecordView.ReadField(_headers, ref _position);
        Current = new RecordHeaderView(key.Span, RecordView.ReadField(_headers, ref _position));
        return true;
    }
}
