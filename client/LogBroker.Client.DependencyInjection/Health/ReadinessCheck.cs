using LogBroker.Client.DependencyInjection.Consumers.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LogBroker.Client.DependencyInjection.Health;

/// <summary>Ready when every client reaches its cluster and every hosted consumer reads; degraded when one lags behind or a record
/// blocks. The description tells what is wrong.</summary>
internal sealed class ReadinessCheck(
    IServiceProvider services, IEnumerable<ClientRegistration> clients, IEnumerable<ConsumerStatus> consumers,
    LogBrokerHealthOptions options, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var findings = new HealthFindings();
        await Task.WhenAll(clients.Select(client => AskAsync(client, findings, cancellationToken))).ConfigureAwait(false);
        foreach (ConsumerStatus consumer in consumers) Look(consumer, findings);
        return findings.ToResult(context.Registration.FailureStatus);
    }

    private async Task AskAsync(ClientRegistration registration, HealthFindings findings, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AnswerTimeout);
        try
        {
            LogBrokerClient client = services.GetRequiredKeyedService<LogBrokerClient>(registration.Name);
            await client.Admin.Cluster.DescribeAsync(cancellationToken: limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Unready($"{registration.Title} got no answer from a broker within {options.AnswerTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            findings.Unready($"{registration.Title} does not reach its cluster: {failure.Message}");
        }
    }

    private void Look(ConsumerStatus consumer, HealthFindings findings)
    {
        long lag = 0;
        int partitions = 0;
        foreach (ReadingStatus reading in consumer.Readings)
        {
            if (reading.Failure is { } failure)
                findings.Unready($"{consumer.Name} has not read {reading.What} since {failure.Since:u}: {failure.Error.Message}");
            else if (reading.Reader is not { } reader)
                findings.Unready($"{consumer.Name} has not started to read {reading.What}.");
            else
                Add(reader.Progress(), time.GetUtcNow() - reader.Since, reading);
        }
        findings.Tell($"{consumer.Name}: lag", lag);
        findings.Tell($"{consumer.Name}: partitions", partitions);
        if (lag > options.LagMax) findings.Degraded($"{consumer.Name} is {lag} records behind, more than {options.LagMax}.");
        foreach (BlockedRecord blocked in consumer.Blocked) findings.Degraded($"{consumer.Name} is held up: {blocked}.");

        void Add((int Partitions, long Lag) progress, TimeSpan age, ReadingStatus reading)
        {
            if (progress.Partitions == 0 && age < options.AssignmentPatience)
                findings.Unready($"{consumer.Name} waits for partitions of {reading.What}.");
            if (reading.IsDelayed) return;
            lag += progress.Lag;
            partitions += progress.Partitions;
        }
    }
}
