namespace LogBroker.Coordination.Groups.Classic;

/// <summary>The states of a classic group; their names are those that clients see.</summary>
public enum ClassicGroupPhase
{
    /// <summary>No members; it may have offsets.</summary>
    Empty,

    /// <summary>Members are to join anew; the join requests that came wait.</summary>
    PreparingRebalance,

    /// <summary>The generation stands; its leader's assignment is waited for.</summary>
    CompletingRebalance,

    /// <summary>Every member can have its assignment.</summary>
    Stable,
}
