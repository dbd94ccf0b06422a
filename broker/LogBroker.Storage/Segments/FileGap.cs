namespace LogBroker.Storage.Segments;

/// <summary>A part of a log file that holds no intact batch.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where the next intact batch begins.</param>
internal readonly record struct FileGap(long From, long To);
