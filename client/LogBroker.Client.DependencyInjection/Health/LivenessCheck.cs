using LogBroker.Client.DependencyInjection.Consumers.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LogBroker.Client.DependencyInjection.Health;

/// <summary>Alive while every hosted consumer's loop runs and no handler is stuck: a broker that is away is no reason to restart the
/// process.</summary>
internal sealed class LivenessCheck(IEnumerable<ConsumerStatus> consumers, LogBrokerHealthOptions options, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] dead = [.. consumers.SelectMany(Dead)];
        return Task.FromResult(dead.Length == 0
            ? HealthCheckResult.Healthy("All loops run.")
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join(' ', dead)));
    }

    private IEnumerable<string> Dead(ConsumerStatus consumer)
    {
        foreach (ReadingStatus reading in consumer.Readings)
        {
            if (!reading.IsRunning) yield return $"{consumer.Name}: the loop that reads {reading.What} has ended.";
        }
        if (consumer.Oldest is { } oldest && time.GetUtcNow() - oldest.Since > options.HandlerTimeMax)
            yield return $"{consumer.Name}: a handler is stuck on {oldest}.";
    }
}
