namespace LogBroker.Client;

/// <summary>What must have happened before a broker answers a produce (<c>acks</c>).</summary>
public enum Acks
{
    /// <summary>All replicas in sync have the record (<c>acks=all</c>).</summary>
    All = -1,

    /// <summary>Nothing: the broker does not answer, and a lost record is not noticed (<c>acks=0</c>).</summary>
    None = 0,

    /// <summary>The leader has the record (<c>acks=1</c>).</summary>
    Leader = 1,
}
