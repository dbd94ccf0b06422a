namespace LogBroker.AdminCli.LogFiles;

/// <summary>What a broker mends by itself at its next start. After a clean stop it trusts all but what is plainly not there; after any other it
/// goes through the segments behind the recovery point.</summary>
/// <param name="directory">The partition's folder.</param>
/// <param name="segments">Its segments.</param>
internal sealed class StartMending(string directory, IReadOnlyList<SegmentFiles> segments)
{
    private readonly bool _wasClosed = DirectoryLock.WasClosed(Path.Combine(directory, ".."));
    private readonly long _recoveryPoint = DirectoryCheckpoint.Of(DirectoryCheckpoint.RecoveryPoint, directory) ?? 0;

    public LogFault Judge(LogFault fault) => fault with { IsMendedAtStart = IsMended(fault) };

    private bool IsMended(LogFault fault) => fault.Kind switch
    {
        LogFaultKind.DamagedSnapshot => true,
        LogFaultKind.MissingIndex when Path.GetExtension(fault.File) != SegmentFiles.TransactionIndexExtension => true,
        LogFaultKind.MissingIndex or LogFaultKind.StaleIndex => IsGoneThrough(segment => Path.ChangeExtension(segment.LogPath, null) == Path.ChangeExtension(fault.File, null)),
        LogFaultKind.TornTail => IsGoneThrough(segment => segment.LogPath == fault.File),
        // An epoch is noted again by the segment it begins in.
        LogFaultKind.WrongEpochs => IsGoneThrough(_ => true),
        _ => false,
    };

    /// <summary>Whether all segments of some kind are gone through at the start.</summary>
    private bool IsGoneThrough(Func<SegmentFiles, bool> meant) =>
        !_wasClosed && segments.Select((segment, index) => (segment, index)).Where(item => meant(item.segment))
            .All(item => item.index + 1 == segments.Count || segments[item.index + 1].BaseOffset > _recoveryPoint);
}
