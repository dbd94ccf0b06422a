using LogBroker.Client.DependencyInjection;
using LogBroker.Client.DependencyInjection.Consumers.Running;
using LogBroker.Client.DependencyInjection.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks of LogBroker's clients and hosted consumers.</summary>
public static class LogBrokerHealthChecksBuilderExtensions
{
    /// <summary>Adds two checks of all clients and hosted consumers there are: <c>logbroker-liveness</c>, which fails when a consumer's
    /// loop has ended or a handler is stuck, and <c>logbroker-readiness</c>, which fails while a cluster is not reached or a consumer does not read, and is
    /// degraded when one lags or is held up by a record.</summary>
    /// <param name="checks">The host's checks.</param>
    /// <param name="configure">The bounds, and the tags; null takes the defaults.</param>
    public static IHealthChecksBuilder AddLogBroker(
        this IHealthChecksBuilder checks, Action<LogBrokerHealthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(checks);
        var options = new LogBrokerHealthOptions();
        configure?.Invoke(options);
        return checks
            .Add(new HealthCheckRegistration(
                "logbroker-liveness",
                services => new LivenessCheck(services.GetServices<ConsumerStatus>(), options, TimeOf(services)),
                HealthStatus.Unhealthy,
                options.LivenessTags))
            .Add(new HealthCheckRegistration(
                "logbroker-readiness",
                services => new ReadinessCheck(
                    services,
                    services.GetServices<ClientRegistration>(),
                    services.GetServices<ConsumerStatus>(),
                    options,
                    TimeOf(services)),
                HealthStatus.Unhealthy,
                options.ReadinessTags));
    }

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;
}
