namespace LogBroker.Client.Producing.Batches;

/// <summary>Durations in the ticks of a clock's timestamps.</summary>
internal static class ClockTicks
{
    /// <summary>How many ticks of <see cref="TimeProvider.GetTimestamp"/> a duration has.</summary>
    public static long TicksOf(this TimeProvider time, TimeSpan duration)
    {
        double ticks = duration.TotalSeconds * time.TimestampFrequency;
        return ticks >= long.MaxValue / 4 ? long.MaxValue / 4 : (long)ticks;
    }
}
