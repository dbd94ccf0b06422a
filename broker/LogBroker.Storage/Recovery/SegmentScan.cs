using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Recovery;

/// <summary>Walks a segment's log file after an unclean stop: checks every batch, rebuilds the indexes and the leader
/// epochs, and says how far it is good.</summary>
internal sealed class SegmentScan(LogSegment segment, LogOptions options, LeaderEpochs epochs, Offset recoveryPoint)
{
    /// <summary>How far the file holds intact batches, apart from <see cref="LogSegment.Gaps"/>.</summary>
    public long EndPosition { get; private set; }

    /// <summary>The offset behind the last intact batch.</summary>
    public Offset EndOffset { get; private set; }

    /// <summary>The worst that was found.</summary>
    public SegmentDamage Damage { get; private set; }

    /// <summary>Where it was found first.</summary>
    public long DamagePosition { get; private set; }

    /// <summary>Checks the batches from <paramref name="start"/> on, up to which the indexes are good.</summary>
    /// <param name="start">Where a batch begins.</param>
    /// <param name="startOffset">The lowest offset that batch may have.</param>
    /// <param name="length">The length of the file.</param>
    public void Run(long start, Offset startOffset, long length)
    {
        EndPosition = start;
        EndOffset = startOffset;
        using var reader = new BatchReader(segment.Log, length);
        while (EndPosition < length)
        {
            if (reader.TryRead(EndPosition, out RecordBatchView batch) && IsIntact(batch)) Take(batch);
            else if (!TryStepOver(length)) return;
        }
    }

    private bool IsIntact(in RecordBatchView batch) =>
        batch.IsCrcValid
        && batch.BaseOffset >= EndOffset
        && batch.LastOffset >= batch.BaseOffset
        && batch.LastOffset - segment.BaseOffset <= int.MaxValue;

    private void Take(in RecordBatchView batch)
    {
        segment.Note(batch, EndPosition, batch.SizeInBytes, options.IndexIntervalBytes);
        epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
        EndPosition += batch.SizeInBytes;
        EndOffset = batch.NextOffset;
    }

    /// <summary>Decides about a place without an intact batch.</summary>
    /// <returns>Whether the walk goes on behind it.</returns>
    private bool TryStepOver(long length)
    {
        var search = new DamageSearch(segment, length);
        long? next = search.FindNext(EndPosition, EndOffset);
        SegmentDamage found = search.Classify(EndPosition, EndOffset, next);
        // Below the recovery point everything was on the disk once, whatever is there now.
        if (EndOffset < recoveryPoint && found == SegmentDamage.LostWrite) found = SegmentDamage.Corruption;
        if (Damage == SegmentDamage.None) DamagePosition = EndPosition;
        Damage = (SegmentDamage)Math.Max((int)Damage, (int)found);
        if (found != SegmentDamage.Corruption) return false;
        segment.AddGap(new FileGap(EndPosition, next!.Value));
        EndPosition = next.Value;
        return true;
    }
}
