using LogBroker.Protocol;

namespace LogBroker.Storage.Logs;

/// <summary>Where the records of a leader epoch end.</summary>
/// <param name="Epoch">The largest epoch with records that is not above the one asked for.</param>
/// <param name="EndOffset">The first offset of the next epoch, or the log's end.</param>
public readonly record struct EpochEnd(LeaderEpoch Epoch, Offset EndOffset)
{
    /// <summary>The log knows nothing of that epoch; -1 and -1 on the wire.</summary>
    public static readonly EpochEnd Unknown = new(LeaderEpoch.None, Offset.None);
}
