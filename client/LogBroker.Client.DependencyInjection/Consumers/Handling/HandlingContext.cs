using LogBroker.Client.DependencyInjection.Consumers.Running;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>What everything that belongs to one hosted consumer shares.</summary>
internal sealed record HandlingContext(string Group, HandlingOptions Options, TimeProvider Time, ILogger Logger, ConsumerStatus Status)
{
    /// <summary>Waits, unless there is nothing to wait for.</summary>
    public Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, Time, cancellationToken);

    /// <summary>How long to wait after so many failures in a row, from 1.</summary>
    public TimeSpan RestartDelayAfter(int failures)
    {
        double factor = Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromTicks((long)Math.Min(Options.RestartDelay.Ticks * factor, Options.RestartDelayMax.Ticks));
    }
}
