namespace LogBroker.Client.Producing.Batches;

/// <summary>Sequence numbers: they count the records of a producer in a partition from 0 to <see cref="int.MaxValue"/> and then from 0
/// again.</summary>
internal static class Sequence
{
    /// <summary>The sequence that comes <paramref name="count"/> records after <paramref name="sequence"/>.</summary>
    public static int Add(int sequence, int count) => (int)(((long)sequence + count) & int.MaxValue);
}
