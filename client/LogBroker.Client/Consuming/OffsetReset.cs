namespace LogBroker.Client;

/// <summary>Where reading starts when there is no committed offset, or the position is not in the log any more
/// (<c>auto.offset.reset</c>).</summary>
public sealed record OffsetReset
{
    private OffsetReset(TimeSpan? duration = null) => Duration = duration;

    /// <summary>With the first record the log has.</summary>
    public static OffsetReset Earliest { get; } = new();

    /// <summary>With the next record that is written.</summary>
    public static OffsetReset Latest { get; } = new();

    /// <summary>Nowhere: reading fails with <see cref="OffsetOutOfRangeException"/>.</summary>
    public static OffsetReset None { get; } = new();

    /// <summary>How far back; null for the others.</summary>
    public TimeSpan? Duration { get; }

    /// <summary>With the first record that is not older than <paramref name="duration"/> (KIP-1106).</summary>
    public static OffsetReset ByDuration(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return new OffsetReset(duration);
    }

    /// <summary>Two are the same when they lead to the same place.</summary>
    public bool Equals(OffsetReset? other) =>
        ReferenceEquals(this, other) || (Duration is not null && Duration == other?.Duration);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Duration?.GetHashCode() ?? System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <inheritdoc/>
    public override string ToString() =>
        Duration is { } duration ? $"by_duration:{duration}" : ReferenceEquals(this, Earliest) ? "earliest" : ReferenceEquals(this, Latest) ? "latest" : "none";
}
