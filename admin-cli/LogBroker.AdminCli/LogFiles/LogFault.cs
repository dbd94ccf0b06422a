namespace LogBroker.AdminCli.LogFiles;

/// <summary>Something that is wrong with a partition's files.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="File">The file it is in.</param>
/// <param name="Position">The byte where it begins; null when it concerns the whole file.</param>
/// <param name="Offset">The record's offset it concerns; null when that cannot be told.</param>
/// <param name="Message">What is wrong, as a sentence.</param>
internal sealed record LogFault(LogFaultKind Kind, string File, long? Position, long? Offset, string Message)
{
    /// <summary>Whether a broker mends it by itself at its next start, from what the log holds: see <see cref="StartMending"/>.</summary>
    public bool IsMendedAtStart { get; init; }

    /// <summary>Whether bytes of a log are lost by it.</summary>
    public bool IsDamage =>
        Kind is LogFaultKind.WrongChecksum or LogFaultKind.Garbage or LogFaultKind.Hole or LogFaultKind.TornTail or LogFaultKind.CutShort or LogFaultKind.Unreadable;
}

/// <summary>The kinds of faults.</summary>
internal enum LogFaultKind
{
    /// <summary>A batch's checksum does not fit its bytes.</summary>
    WrongChecksum,

    /// <summary>Bytes that are no batch, with good batches behind them.</summary>
    Garbage,

    /// <summary>Zeros where batches should be, with good batches behind them.</summary>
    Hole,

    /// <summary>The last bytes of a log are not a whole batch: what a crash in the middle of a write leaves.</summary>
    TornTail,

    /// <summary>A log ends with a whole batch, and its index knows of more: it was cut.</summary>
    CutShort,

    /// <summary>A batch whose checksum fits but whose records are not what it says.</summary>
    WrongRecords,

    /// <summary>An offset that is not above the one before it.</summary>
    OffsetsGoBack,

    /// <summary>Offsets that are nowhere in a log that is not compacted: a file is lost, or batches were cut out.</summary>
    MissingOffsets,

    /// <summary>A log that others tell of is not there, or ends before what was on disk.</summary>
    LostLog,

    /// <summary>Batches that do not belong to the segment its name says: files were swapped or renamed.</summary>
    WrongSegment,

    /// <summary>A leader epoch below the one before it.</summary>
    EpochGoesBack,

    /// <summary>An index whose entries do not point to what they say, or that ends long before its log does.</summary>
    StaleIndex,

    /// <summary>A segment without its index.</summary>
    MissingIndex,

    /// <summary>A snapshot of producers that cannot be read.</summary>
    DamagedSnapshot,

    /// <summary>A checkpoint of leader epochs that cannot be read or does not fit the batches.</summary>
    WrongEpochs,

    /// <summary>A file that cannot be read at all.</summary>
    Unreadable,
}
