namespace LogBroker.AdminCli.LogFiles;

/// <summary>What a segment's log holds.</summary>
/// <param name="Files">The segment.</param>
/// <param name="Batches">Its good batches, in the order of the file.</param>
/// <param name="Faults">What between them is none.</param>
internal sealed record SegmentContent(SegmentFiles Files, IReadOnlyList<BatchSummary> Batches, IReadOnlyList<LogFault> Faults)
{
    /// <summary>Whether there may have been batches that are not among the good ones.</summary>
    public bool IsDamaged => Faults.Any(fault => fault.IsDamage);

    /// <summary>The last offset before the first damage; all offsets where there is none.</summary>
    public long KnownTo => Faults.FirstOrDefault(fault => fault.IsDamage)?.Position is { } position
        ? Batches.LastOrDefault(batch => batch.Position < position)?.LastOffset ?? -1
        : long.MaxValue;

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SegmentContent Read(SegmentFiles files, bool isLast)
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
            isLast);
        return new SegmentContent(files, batches, faults);
    }

    /// <summary>Whether a byte of the file lies in damage.</summary>
    public bool IsDamagedAt(long position) => Faults.Any(fault =>
        fault.IsDamage && fault.Position <= position && position < (Batches.FirstOrDefault(batch => batch.Position > fault.Position)?.Position ?? long.MaxValue));
}
