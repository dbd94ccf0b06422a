namespace LogBroker.Storage.Recovery;

/// <summary>What a scan found where no intact batch was.</summary>
internal enum SegmentDamage
{
    None,

    /// <summary>Nothing intact follows: writes that did not finish. Cut off.</summary>
    TornTail,

    /// <summary>Intact batches follow, but the part between is unwritten: writes that were never synced, of which the disk
    /// kept the later. Cut off, after a copy was put aside.</summary>
    LostWrite,

    /// <summary>Intact batches follow bytes that were written and are now wrong.</summary>
    Corruption,
}
