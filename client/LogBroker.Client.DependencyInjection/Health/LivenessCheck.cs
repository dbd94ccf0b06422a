using LogBroker.Client.DependencyInjection.Consumers.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LogBroker.Client.DependencyInjection.Health;

/// <summary>Alive while every hosted consumer's loop runs: a broker that is away is no reason to restart the process.</summary>
internal sealed class LivenessCheck(IEnumerable<ConsumerStatus> consumers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] ended =
        [
            .. consumers.SelectMany(consumer => consumer.Readings.Where(reading => !reading.IsRunning)
                .Select(reading => $"{consumer.Name}: the loop that reads {reading.What} has ended.")),
        ];
        return Task.FromResult(ended.Length == 0
            ? HealthCheckResult.Healthy("All loops run.")
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join(' ', ended)));
    }
}
