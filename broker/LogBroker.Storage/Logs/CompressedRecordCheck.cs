using System.Buffers;
using LogBroker.Protocol.Records;

namespace LogBroker.Storage.Logs;

/// <summary>Takes the records of a compressed batch as they come out of the decompressor and checks each, without keeping
/// them.</summary>
/// <remarks>One batch, one thread; disposed of afterwards. It holds one piece of what is decompressed, however much that is in
/// all.</remarks>
internal sealed class CompressedRecordCheck(RecordCheck check, int recordCount) : IBufferWriter<byte>, IDisposable
{
    private const int SmallestPieceBytes = 4096;

    // A mutable value: it must be a field, not a parameter that is captured as one read-only copy.
    private RecordCheck _check = check;
    private RecordSkimmer _skimmer;
    private byte[] _buffer = [];
    private int _kept;
    private int _index;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_kept);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_kept);
    }

    /// <exception cref="InvalidRecordException">The bytes are not as many records as the batch declares.</exception>
    public void Advance(int count)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, _kept + count);
        while (_index < recordCount && _skimmer.TryNext(ref rest, out SkimmedRecord record))
        {
            _check.Check(_index, record.TimestampDelta, record.OffsetDelta, record.IsKeyNull);
            _index++;
        }

        if (_index == recordCount && !rest.IsEmpty)
            throw new InvalidRecordException("Bytes are left behind the last declared record.");
        _kept = rest.Length;
        rest.CopyTo(_buffer);
    }

    /// <summary>Ends the batch.</summary>
    /// <exception cref="InvalidRecordException">There were fewer records than the batch declares.</exception>
    public RecordCheck Finish() => _index == recordCount
        ? _check
        : throw new InvalidRecordException($"There are {_index} of {recordCount} declared records.");

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Reserve(int sizeHint)
    {
        if (_buffer.Length - _kept >= Math.Max(sizeHint, 1)) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(_kept + Math.Max(sizeHint, SmallestPieceBytes));
        _buffer.AsSpan(0, _kept).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
