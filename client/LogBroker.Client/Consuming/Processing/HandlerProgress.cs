namespace LogBroker.Client;

/// <summary>How a handler of <see cref="Consumer{TKey, TValue}.ProcessAsync"/> tells that it is at work and not stuck.</summary>
public static class HandlerProgress
{
    private static readonly AsyncLocal<Action?> Track = new();

    /// <summary>Begins <see cref="ConsumerOptions.MaxPollInterval"/> anew for the handler that calls this: for one that waits on purpose,
    /// as before another try, or works for long. Does nothing outside of a handler.</summary>
    public static void Report() => Track.Value?.Invoke();

    /// <summary>What runs from here on, and what it starts, reports to <paramref name="report"/>.</summary>
    internal static void Follow(Action report) => Track.Value = report;
}
