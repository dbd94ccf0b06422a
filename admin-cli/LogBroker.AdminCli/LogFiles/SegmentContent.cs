namespace LogBroker.AdminCli.LogFiles;

/// <summary>What a segment's log holds.</summary>
/// <param name="Files">The segment.</param>
/// <param name="Batches">Its good batches, in the order of the file.</param>
/// <param name="Faults">What between them is none.</param>
/// <param name="NextBaseOffset">Where the next segment begins; null for the last one.</param>
internal sealed record SegmentContent(SegmentFiles Files, IReadOnlyList<BatchSummary> Batches, IReadOnlyList<LogFault> Faults, long? NextBaseOffset)
{
    /// <summary>The bytes up to the end of the last batch.</summary>
    public long EndPosition => Batches.Count > 0 ? Batches[^1].Position + Batches[^1].SizeInBytes : 0;

    /// <summary>The last offset there is; the one before the segment when it is empty.</summary>
    public long LastOffset => Batches.Count > 0 ? Batches.Max(batch => batch.LastOffset) : Files.BaseOffset - 1;

    /// <summary>Whether there may have been batches that are not among the good ones.</summary>
    public bool IsDamaged => Faults.Any(fault => fault.IsDamage);

    /// <summary>The last offset before the first damage; all offsets where there is none.</summary>
    public long KnownTo => Faults.FirstOrDefault(fault => fault.IsDamage)?.Position is { } position
        ? Batches.LastOrDefault(batch => batch.Position < position)?.LastOffset ?? -1
        : long.MaxValue;

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SegmentContent Read(SegmentFiles files, long? nextBaseOffset)
    {
        var batches = new List<BatchSummary>();
        var faults = new List<LogFault>();
        SegmentScan.Run(
            files.LogPath,
            batch =>
            {
                batches.Add(batch);
                return true;
            },
            faults.Add,
            isLast: nextBaseOffset is null);
        return new SegmentContent(files, batches, faults, nextBaseOffset);
    }

    /// <summary>Whether the file is not the one its name says: it was renamed, or swapped with another.</summary>
    /// <param name="next">The offset behind the segment before it; null when that is not known.</param>
    public bool IsMisplaced(long? next)
    {
        if (Batches.Count == 0 || Batches[0].BaseOffset == Files.BaseOffset) return false;
        long first = Batches[0].BaseOffset;
        // One batch alone may have a wrong offset.
        bool isBegin = Batches.Count == 1 || Batches[1].BaseOffset == Batches[0].LastOffset + 1;
        return isBegin && (first < Files.BaseOffset || first >= NextBaseOffset || first == next);
    }

    /// <summary>Says of damage from which offset on records are gone.</summary>
    public LogFault Placed(LogFault fault) => fault.Offset is not null ? fault : fault with
    {
        Offset = Batches.LastOrDefault(batch => batch.Position < fault.Position) is { } before ? before.LastOffset + 1 : Files.BaseOffset,
    };

    /// <summary>Whether a byte of the file lies in damage.</summary>
    public bool IsDamagedAt(long position) => Faults.Any(fault =>
        fault.IsDamage && fault.Position <= position && position < (Batches.FirstOrDefault(batch => batch.Position > fault.Position)?.Position ?? long.MaxValue));
}
