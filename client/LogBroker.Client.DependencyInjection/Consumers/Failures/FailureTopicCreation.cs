using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>Sees to it that retry and dead-letter topics are there before they are needed: with as many partitions as their topic has,
/// so that retries spread as the records did.</summary>
internal sealed partial class FailureTopicCreation(LogBrokerClient client, FailureTopics topics, HandlingContext context)
{
    /// <exception cref="KafkaException">A topic is not there, or the broker refuses to create another.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var wanted = context.Options.Topics.SelectMany(topic => topics.Of(topic).Select(failures => (Topic: topic, Failures: failures)))
            .DistinctBy(pair => pair.Failures).ToArray();
        if (wanted.Length == 0) return;
        var existing = (await client.Admin.Topics.DescribeAsync(
            [.. wanted.Select(pair => pair.Failures), .. context.Options.Topics], cancellationToken: cancellationToken)
            .ConfigureAwait(false)).Values;
        NewTopic[] missing =
        [
            .. wanted.Where(pair => !existing.ContainsKey(pair.Failures)).Select(pair => new NewTopic(
                pair.Failures, existing.TryGetValue(pair.Topic, out var topic) ? topic.Partitions.Length : null)),
        ];
        if (missing.Length == 0) return;
        var created = await client.Admin.Topics.CreateAsync(missing, cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (string name in created.Values.Keys) Log.Created(context.Logger, name, context.Group);
        KafkaException? refusal =
            created.Failures.Values.FirstOrDefault(failure => failure.ErrorCode != ErrorCode.TopicAlreadyExists);
        if (refusal is not null) throw refusal;
    }

    private static partial class Log
    {
        [LoggerMessage(5404, LogLevel.Information, "Created topic {Topic} for what group {Group} fails on", EventName = "FailureTopicCreated")]
        public static partial void Created(ILogger logger, string topic, string group);
    }
}
