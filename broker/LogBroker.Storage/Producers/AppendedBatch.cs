using LogBroker.Protocol;

namespace LogBroker.Storage.Producers;

/// <summary>A batch of an idempotent producer that is in the log, as far as a repetition of it is recognized.</summary>
/// <param name="LastSequence">The sequence number of its last record.</param>
/// <param name="LastOffset">The offset of its last record.</param>
/// <param name="OffsetDelta">Its last offset minus its first.</param>
/// <param name="Timestamp">Its latest timestamp, in milliseconds.</param>
internal readonly record struct AppendedBatch(int LastSequence, Offset LastOffset, int OffsetDelta, long Timestamp)
{
    public int FirstSequence => Sequences.Decrement(LastSequence, OffsetDelta);

    public Offset FirstOffset => LastOffset + -OffsetDelta;
}

/// <summary>Arithmetic of sequence numbers, which go from 0 to 2147483647 and round.</summary>
internal static class Sequences
{
    /// <summary>What stands where there is none.</summary>
    public const int None = -1;

    public static int Increment(int sequence, int by) =>
        sequence > int.MaxValue - by ? by - (int.MaxValue - sequence) - 1 : sequence + by;

    public static int Decrement(int sequence, int by) =>
        sequence < by ? int.MaxValue - (by - sequence) + 1 : sequence - by;

    public static bool Follows(int last, int next) => next == last + 1L || (next == 0 && last == int.MaxValue);
}
