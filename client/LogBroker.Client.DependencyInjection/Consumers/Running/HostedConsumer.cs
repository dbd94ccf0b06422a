using LogBroker.Client.DependencyInjection.Consumers.Failures;
using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Client.DependencyInjection.Consumers.Reading;
using Microsoft.Extensions.Hosting;

namespace LogBroker.Client.DependencyInjection.Consumers.Running;

/// <summary>A group's reading as a service of the host: one loop for the topics, and one for each level of retry topics, of an
/// earlier configuration too.</summary>
/// <remarks>Stopping lets handlers see the cancellation, commits what is done and leaves the group. A failure never ends the host: the
/// loop starts anew (<see cref="ReadingLoop"/>) and health checks tell.</remarks>
internal sealed class HostedConsumer<TKey, TValue>(
    LogBrokerClient client, HostedConsumerParts<TKey, TValue> parts) : BackgroundService
{
    private readonly HandlingContext _context = parts.Context;
    private readonly FailureTopics _topics = new(parts.Context.Group, parts.Context.Options);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IEnumerable<Task> retries = Enumerable.Range(1, _topics.Levels)
            .Select(level => ReadRetriesAsync(level, _topics.OfLevel(level), stoppingToken));
        return Task.WhenAll([ReadTopicsAsync(stoppingToken), .. retries, ReadFormerRetriesAsync(stoppingToken)]);
    }

    private async Task ReadFormerRetriesAsync(CancellationToken stopping)
    {
        try
        {
            var former = await new FormerRetries(client, _topics, _context).FindAsync(stopping).ConfigureAwait(false);
            await Task.WhenAll(former.Select(level => ReadRetriesAsync(level.Key, [.. level], stopping))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private Task ReadTopicsAsync(CancellationToken stopping)
    {
        var handling = HandlingOf(level: 0);
        var processing = new ProcessingOptions
        {
            Parallelism = _context.Options.Parallelism,
            Order = _context.Options.Order,
            BatchRecordsMax = _context.Options.BatchRecordsMax,
            BatchWait = _context.Options.BatchWait,
        };
        return LoopOf(_context.Options.Topics, isDelayed: false).RunAsync(
            token => OpenAsync(_context.Group, _context.Options.Topics, parts.ConsumerOptions, token),
            (consumer, token) => parts.Call.TakesBatches
                ? consumer.ProcessBatchesAsync((batch, token) => handling.HandleAsync(consumer, batch, token), processing, token)
                : consumer.ProcessAsync((record, token) => handling.HandleAsync(consumer, [record], token), processing, token),
            stopping);
    }

    private Task ReadRetriesAsync(int level, IReadOnlyList<string> topics, CancellationToken stopping)
    {
        var handling = HandlingOf(level);
        // Nothing that was put off before the group's first commit may be missed.
        ConsumerOptions options = parts.ConsumerOptions with { OffsetReset = OffsetReset.Earliest, GroupInstanceId = null };
        return LoopOf(topics, isDelayed: true).RunAsync(
            token => OpenAsync($"{_context.Group}.retry.{level}", topics, options, token),
            (consumer, token) => new DelayedReading(
                consumer, (record, token) => handling.HandleAsync(consumer, [record], token), _context.Group, _context.Time).RunAsync(token),
            stopping);
    }

    private RecordHandling<TKey, TValue> HandlingOf(int level) =>
        new(parts.Call, parts.Format, new FailureRoute(level, _topics, parts.FailureProducer, _context), _context);

    private ReadingLoop LoopOf(IReadOnlyList<string> topics, bool isDelayed) =>
        new(_context.Status.Reading(topics, isDelayed), _context);

    private async Task<Consumer<RawBytes, RawBytes>> OpenAsync(
        string group, IReadOnlyList<string> topics, ConsumerOptions options, CancellationToken cancellationToken)
    {
        if (_context.Options.CreatesTopics)
            await new FailureTopicCreation(client, _topics, _context).EnsureAsync(cancellationToken).ConfigureAwait(false);
        var consumer = client.CreateConsumer(group, options, RawBytesFormat.Instance, RawBytesFormat.Instance);
        consumer.Subscribe(topics);
        return consumer;
    }
}
