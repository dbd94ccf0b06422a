using LogBroker.Client.Consuming.Fetching;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client;

/// <summary>A record where it lies.</summary>
public readonly ref struct ConsumedRecordView
{
    internal ConsumedRecordView(RecordPlace place, RecordView record)
    {
        Place = place;
        Record = record;
    }

    /// <summary>Its number in the partition.</summary>
    public Offset Offset => Place.Offset;

    /// <summary>The generation of the leader that wrote it.</summary>
    public LeaderEpoch LeaderEpoch => Place.LeaderEpoch;

    /// <summary>When it happened, or was written.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(Place.Timestamp, 0));

    /// <summary>The key's bytes; empty also when <see cref="IsKeyNull"/>.</summary>
    public ReadOnlySpan<byte> Key => Record.Key;

    /// <summary>Whether there is no key.</summary>
    public bool IsKeyNull => Record.IsKeyNull;

    /// <summary>The value's bytes; empty also when <see cref="IsValueNull"/>.</summary>
    public ReadOnlySpan<byte> Value => Record.Value;

    /// <summary>Whether it is a tombstone.</summary>
    public bool IsValueNull => Record.IsValueNull;

    /// <summary>How many headers there are.</summary>
    public int HeaderCount => Record.HeaderCount;

    /// <summary>The headers in their order.</summary>
    public RecordHeaderEnumerator Headers => Record.Headers;

    internal RecordPlace Place { get; }

    internal RecordView Record { get; }
}

/// <summary>The records of a batch, for <c>foreach</c>.</summary>
public readonly ref struct ConsumedRecordViews
{
    private readonly BatchWalker _batch;
    private readonly long _firstOffset;

    internal ConsumedRecordViews(BatchWalker batch, long firstOffset)
    {
        _batch = batch;
        _firstOffset = firstOffset;
    }

    /// <summary>Starts before the first record.</summary>
    public Enumerator GetEnumerator() => new(_batch, _firstOffset);

    /// <summary>Walks the records without allocating.</summary>
    public ref struct Enumerator
    {
        private readonly BatchWalker _batch;
        private readonly long _firstOffset;
        private RecordEnumerator _records;

        internal Enumerator(BatchWalker batch, long firstOffset)
        {
            _batch = batch;
            _firstOffset = firstOffset;
            _records = new RecordEnumerator(batch.Records.Span, batch.RecordCount);
        }

        /// <summary>The record it stands at.</summary>
        public readonly ConsumedRecordView Current => new(_batch.PlaceOf(_records.Current), _records.Current);

        /// <summary>Goes to the next record.</summary>
        /// <returns>False behind the last.</returns>
        public bool MoveNext()
        {
            while (_records.MoveNext())
            {
                if (_batch.BaseOffset + _records.Current.OffsetDelta >= _firstOffset) return true;
            }
            return false;
        }
    }
}
