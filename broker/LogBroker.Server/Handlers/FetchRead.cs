using LogBroker.Protocol.Errors;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Sessions;

namespace LogBroker.Server.Handlers;

/// <summary>What was found for one partition of a fetch.</summary>
internal readonly record struct FetchRead(FetchTarget Target, Partition? Partition, PartitionRead Found)
{
    /// <summary>Whether it must be answered at once and every time: an error, or a history that diverges.</summary>
    public bool MustBeTold => Found.Error != ErrorCode.None || Found.DivergingEpoch is not null;

    /// <summary>Gives back the file that records were found in, when they are not sent.</summary>
    public void Release() => (Found.Records as IDisposable)?.Dispose();
}
