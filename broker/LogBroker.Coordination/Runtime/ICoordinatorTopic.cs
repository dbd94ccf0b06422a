using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Runtime;

/// <summary>The topic in which a coordinator keeps its state.</summary>
public interface ICoordinatorTopic
{
    /// <summary>How many partitions it has, or will have when it is created.</summary>
    int PartitionCount { get; }

    /// <summary>Creates the topic if it is not there.</summary>
    /// <returns>None when it is there now.</returns>
    Task<ErrorCode> EnsureAsync();
}
