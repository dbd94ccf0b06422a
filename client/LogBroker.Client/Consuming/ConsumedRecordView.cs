using LogBroker.Client.Consuming.Partitions;
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

    /// <summary>When it happened, or was written; what is no time between 1970 and 9999 is told as the nearer of the two.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(Place.Timestamp, 0, RecordPlace.TimestampMax));

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
    private readonly PartitionCursor _cursor;

    internal ConsumedRecordViews(PartitionCursor cursor) => _cursor = cursor;

    /// <summary>Starts before the first record.</summary>
    public Enumerator GetEnumerator() => new(_cursor);

    /// <summary>Walks the records without allocating.</summary>
    public ref struct Enumerator
    {
        private readonly PartitionCursor _cursor;
        private RecordEnumerator _records;
        private long _next;

        internal Enumerator(PartitionCursor cursor)
        {
            _cursor = cursor;
            _next = cursor.FirstOffset;
            _records = new RecordEnumerator(cursor.Batch.Records.Span, cursor.Batch.RecordCount);
        }

        /// <summary>The record it stands at.</summary>
        public readonly ConsumedRecordView Current => new(_cursor.Batch.PlaceOf(_records.Current), _records.Current);

        /// <summary>Goes to the next record.</summary>
        /// <returns>False behind the last.</returns>
        /// <exception cref="CorruptRecordException">The next record is damaged. A later enumeration starts with it.</exception>
        public bool MoveNext()
        {
            try
            {
                while (_records.MoveNext())
                {
                    long offset = _cursor.Batch.BaseOffset + _records.Current.OffsetDelta;
                    if (offset < _next) continue;
                    if (offset >= _cursor.Batch.NextOffset) throw new InvalidDataException($"it has a record of offset {offset}");
                    _next = offset + 1;
                    return true;
                }
                return false;
            }
            catch (Exception damage) when (PartitionCursor.IsDamage(damage))
            {
                _cursor.StepBackTo(_next);
                throw _cursor.Damaged(_next, damage);
            }
        }
    }
}
