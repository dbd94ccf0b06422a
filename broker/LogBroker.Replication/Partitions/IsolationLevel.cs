namespace LogBroker.Replication.Partitions;

/// <summary>How much of open transactions a consumer may see; the values are the protocol's.</summary>
public enum IsolationLevel : byte
{
    ReadUncommitted = 0,
    ReadCommitted = 1,
}
