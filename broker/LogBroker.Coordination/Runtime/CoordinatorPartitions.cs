namespace LogBroker.Coordination.Runtime;

/// <summary>Which partition of a coordinator's topic is responsible for a name.</summary>
public static class CoordinatorPartitions
{
    /// <summary>Kafka's choice: Java's hash of the text, without its sign.</summary>
    /// <param name="name">A group's or a transaction's.</param>
    /// <param name="partitionCount">At least 1.</param>
    public static int PartitionOf(string name, int partitionCount)
    {
        int hash = 0;
        foreach (char unit in name) hash = unchecked((31 * hash) + unit);
        // Java's Math.abs leaves the one number alone that has no positive counterpart; Kafka takes 0 for it.
        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitionCount;
    }
}
