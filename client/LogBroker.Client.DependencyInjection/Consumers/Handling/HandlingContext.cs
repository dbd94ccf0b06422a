using LogBroker.Client.DependencyInjection.Consumers.Running;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Handling;

/// <summary>What everything that belongs to one hosted consumer shares.</summary>
internal sealed record HandlingContext(string Group, HandlingOptions Options, TimeProvider Time, ILogger Logger, ConsumerStatus Status)
{
    private static readonly TimeSpan StepMax = TimeSpan.FromSeconds(10);

    /// <summary>Waits on purpose, however long: the consumer does not take it for a handler that is stuck.</summary>
    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        while (delay > TimeSpan.Zero)
        {
            HandlerProgress.Report();
            TimeSpan step = delay < StepMax ? delay : StepMax;
            await Task.Delay(step, Time, cancellationToken).ConfigureAwait(false);
            delay -= step;
        }
    }

    /// <summary>How long to wait after so many failures in a row, from 1.</summary>
    public TimeSpan RestartDelayAfter(int failures)
    {
        double factor = Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromTicks((long)Math.Min(Options.RestartDelay.Ticks * factor, Options.RestartDelayMax.Ticks));
    }
}
