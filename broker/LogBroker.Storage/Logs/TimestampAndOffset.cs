using LogBroker.Protocol;

namespace LogBroker.Storage.Logs;

/// <summary>A record found by its timestamp.</summary>
/// <param name="Timestamp">Milliseconds since the Unix epoch.</param>
/// <param name="Offset">The record's.</param>
/// <param name="Epoch">The leader epoch of its batch.</param>
public readonly record struct TimestampAndOffset(long Timestamp, Offset Offset, LeaderEpoch Epoch);
