using LogBroker.Protocol;

namespace LogBroker.Storage.Recovery;

/// <summary>A partition's directory as it was found, with what the checkpoints say of it.</summary>
/// <param name="Partition">By the directory's name.</param>
/// <param name="TopicId">By its metadata file; empty when there is none.</param>
/// <param name="Directory">The path.</param>
/// <param name="LogStartOffset">The first readable offset at the last checkpoint.</param>
/// <param name="RecoveryPoint">Up to here the log was on stable storage at the last checkpoint.</param>
/// <param name="WasClosedCleanly">Whether it was closed in order, so that nothing needs checking.</param>
internal readonly record struct LogDirectoryEntry(
    TopicPartition Partition,
    Guid TopicId,
    string Directory,
    Offset LogStartOffset,
    Offset RecoveryPoint,
    bool WasClosedCleanly);
