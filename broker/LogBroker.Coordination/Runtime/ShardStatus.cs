namespace LogBroker.Coordination.Runtime;

/// <summary>Where a shard stands in its life.</summary>
public enum ShardStatus
{
    /// <summary>It reads its partition for the first time; commands get COORDINATOR_LOAD_IN_PROGRESS.</summary>
    Loading,

    /// <summary>It serves.</summary>
    Active,

    /// <summary>Its partition failed; it is read again until that succeeds. Commands get COORDINATOR_NOT_AVAILABLE.</summary>
    Failed,

    /// <summary>Another broker's now, or nobody's; commands get NOT_COORDINATOR.</summary>
    Unloaded,
}
