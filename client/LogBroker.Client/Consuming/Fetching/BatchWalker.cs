using LogBroker.Compression;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>Walks the batches of a chunk: checks each, passes over control batches and aborted transactions, and makes the records of
/// the others readable.</summary>
/// <remarks>One reader. <see cref="Records"/> is a view of the fetch's memory, or of the walker's own where the batch was compressed:
/// valid until the next <see cref="MoveNext"/>.</remarks>
internal sealed class BatchWalker : IDisposable
{
    /// <summary>The most a batch may unpack to; the same bound as the broker's.</summary>
    private const int DecompressedBytesMax = 128 * 1024 * 1024;

    private readonly PooledBufferWriter _scratch = new();
    private readonly bool _checksCrcs;
    private ReadOnlyMemory<byte> _left;
    private AbortedTransactions _aborted;

    public BatchWalker(bool checksCrcs) => _checksCrcs = checksCrcs;

    /// <summary>The plain records of the current batch.</summary>
    public ReadOnlyMemory<byte> Records { get; private set; }

    public int RecordCount { get; private set; }

    public long BaseOffset { get; private set; }

    /// <summary>The offset behind the current batch, or behind those passed over.</summary>
    public long NextOffset { get; private set; }

    public LeaderEpoch LeaderEpoch { get; private set; }

    public TimestampType TimestampType { get; private set; }

    /// <summary>What the records' deltas are added to; with LogAppendTime the time of each.</summary>
    public long BaseTimestamp { get; private set; }

    /// <summary>The bytes that are left of the chunk, the current batch not counted.</summary>
    public int BytesLeft => _left.Length;

    /// <summary>Starts with another chunk.</summary>
    public void Open(FetchedChunk chunk)
    {
        _left = chunk.Batches;
        _aborted = new AbortedTransactions(chunk.Aborted);
        Records = default;
        RecordCount = 0;
        NextOffset = -1;
    }

    /// <summary>Goes to the next batch that has records for the reader.</summary>
    /// <param name="position">Batches that end before it are passed over.</param>
    /// <returns>False at the end of the chunk; <see cref="NextOffset"/> tells how far it went, -1 when there was no batch.</returns>
    /// <exception cref="InvalidDataException">A batch is damaged; it ends before <see cref="NextOffset"/>.</exception>
    /// <exception cref="InvalidRecordException">The same.</exception>
    /// <exception cref="CorruptCompressionException">The same.</exception>
    /// <exception cref="DecompressedTooLargeException">It unpacks to more than is taken.</exception>
    public bool MoveNext(long position)
    {
        while (RecordBatchView.TryRead(_left.Span, out var batch))
        {
            int payloadAt = RecordBatchView.HeaderSizeInBytes;
            var bytes = _left[..batch.SizeInBytes];
            _left = _left[batch.SizeInBytes..];
            NextOffset = batch.NextOffset.Value;
            LeaderEpoch = batch.PartitionLeaderEpoch;
            bool isPassed = NextOffset <= position;
            if (!isPassed || batch.IsControl) Check(batch);
            bool isAborted = _aborted.Covers(batch);
            if (isPassed || batch.IsControl || isAborted || batch.RecordCount == 0) continue;
            BaseOffset = batch.BaseOffset.Value;
            RecordCount = batch.RecordCount;
            TimestampType = batch.TimestampType;
            BaseTimestamp = TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : batch.BaseTimestamp;
            if (batch.Compression == CompressionType.None)
            {
                Records = bytes[payloadAt..];
            }
            else
            {
                CompressionCodecs.Decompress(batch, _scratch, DecompressedBytesMax);
                Records = _scratch.WrittenMemory;
            }
            return true;
        }
        Records = default;
        RecordCount = 0;
        return false;
    }

    public RecordPlace PlaceOf(in RecordView record) => new(
        new Offset(BaseOffset + record.OffsetDelta),
        LeaderEpoch,
        TimestampType == TimestampType.LogAppendTime ? BaseTimestamp : BaseTimestamp + record.TimestampDelta,
        TimestampType);

    public void Dispose() => _scratch.Dispose();

    private void Check(RecordBatchView batch)
    {
        if (batch.RecordCount < 0 || batch.RecordCount > batch.LastOffsetDelta + 1L)
            throw new InvalidDataException($"its header speaks of {batch.RecordCount} records up to the {batch.LastOffsetDelta}th");
        if (_checksCrcs && !batch.IsCrcValid)
            throw new InvalidDataException($"its checksum is {batch.ComputeCrc():x8}, and should be {batch.Crc:x8}");
    }
}
