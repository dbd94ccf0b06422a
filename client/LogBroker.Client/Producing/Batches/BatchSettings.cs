namespace LogBroker.Client.Producing.Batches;

/// <summary>What queues need to know of <see cref="ProducerOptions"/>.</summary>
/// <param name="BatchSizeBytes">The most bytes of a batch, unless one record has more.</param>
/// <param name="LingerTicks">The linger, in the clock's ticks.</param>
/// <param name="Time">The clock.</param>
internal sealed record BatchSettings(int BatchSizeBytes, long LingerTicks, TimeProvider Time)
{
    /// <summary>The buffer of a partition's first batch.</summary>
    public const int FirstBufferBytes = 4 * 1024;

    public static BatchSettings Of(ProducerOptions options, TimeProvider time) => new(
        Math.Min(options.BatchSizeBytes, options.RequestSizeBytesMax), time.TicksOf(options.Linger), time);
}
