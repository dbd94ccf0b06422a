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
        await Task.WhenAll(consumers.Select(consumer => LookAsync(consumer, findings, cancellationToken))).ConfigureAwait(false);
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

    private async Task LookAsync(ConsumerStatus consumer, HealthFindings findings, CancellationToken cancellationToken)
    {
        long lag = 0;
        int partitions = 0;
        foreach (ReadingStatus reading in consumer.Readings)
        {
            if (reading.Failure is { } failure)
            {
                findings.Unready($"{consumer.Name} has not read {reading.What} since {failure.Since:u}: {failure.Error.Message}");
                continue;
            }
            if (reading.Reader is not { } reader)
            {
                findings.Unready($"{consumer.Name} has not started to read {reading.What}.");
                continue;
            }
            ReadingProgress progress = reader.Progress(time.GetUtcNow());
            if (progress.Partitions == 0) await LookForPartitionsAsync(consumer, reading, reader, findings, cancellationToken).ConfigureAwait(false);
            if (progress.UnreadFor > options.AssignmentPatience)
                findings.Unready($"{consumer.Name} has partitions of {reading.What} of which nothing was read for {progress.UnreadFor:g}.");
            if (reading.IsDelayed) continue;
            lag += progress.Lag;
            partitions += progress.Partitions;
        }
        findings.Tell($"{consumer.Name}: lag", lag);
        findings.Tell($"{consumer.Name}: partitions", partitions);
        if (lag > options.LagMax) findings.Degraded($"{consumer.Name} is {lag} records behind, more than {options.LagMax}.");
        foreach (BlockedRecord blocked in consumer.Blocked) findings.Degraded($"{consumer.Name} is held up: {blocked}.");
    }

    /// <summary>Why a consumer has no partitions: nothing is wrong with a member of its group that finds all of them taken.</summary>
    private async Task LookForPartitionsAsync(
        ConsumerStatus consumer, ReadingStatus reading, OpenReader reader, HealthFindings findings, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - reader.Since < options.AssignmentPatience)
        {
            findings.Unready($"{consumer.Name} waits for partitions of {reading.What}.");
            return;
        }
        if (!reader.IsMember)
        {
            findings.Unready($"{consumer.Name} reads nothing of {reading.What}: it is not in its group now.");
            return;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AnswerTimeout);
        try
        {
            LogBrokerClient client = services.GetRequiredKeyedService<LogBrokerClient>(consumer.ClientName);
            var topics = await client.Admin.Topics.DescribeAsync(reading.Topics, cancellationToken: limit.Token).ConfigureAwait(false);
            foreach (var (topic, failure) in topics.Failures) findings.Unready($"{consumer.Name} cannot read {topic}: {failure.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // That no broker answers is told of the client.
        }
        catch (KafkaException failure)
        {
            findings.Unready($"{consumer.Name} cannot tell what there is of {reading.What}: {failure.Message}");
        }
    }
}
