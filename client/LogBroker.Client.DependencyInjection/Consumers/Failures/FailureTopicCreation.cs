using System.Collections.Immutable;
using System.Globalization;
using LogBroker.Client.DependencyInjection.Consumers.Handling;
using LogBroker.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>Sees to it that retry and dead-letter topics are there before they are needed: with as many partitions as their topic has,
/// so that retries spread as the records did, and for records as large, with room for what copies tell in their headers.</summary>
internal sealed partial class FailureTopicCreation(LogBrokerClient client, FailureTopics topics, HandlingContext context)
{
    private const string RecordBytesMaxName = "max.message.bytes";
    private const int HeaderBytesMax = 64 * 1024;

    /// <exception cref="KafkaException">A topic is not there, or the broker refuses to create another.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var wanted = context.Options.Topics.SelectMany(topic => topics.Of(topic).Select(failures => (Topic: topic, Failures: failures)))
            .DistinctBy(pair => pair.Failures).ToArray();
        if (wanted.Length == 0) return;
        var existing = (await client.Admin.Topics.DescribeAsync(
            [.. wanted.Select(pair => pair.Failures), .. context.Options.Topics], cancellationToken: cancellationToken)
            .ConfigureAwait(false)).Values;
        var missing = wanted.Where(pair => !existing.ContainsKey(pair.Failures)).ToArray();
        if (missing.Length == 0) return;
        var recordBytesMax = await RecordBytesMaxAsync(missing.Select(pair => pair.Topic), cancellationToken).ConfigureAwait(false);
        NewTopic[] topicsToCreate =
        [
            .. missing.Select(pair => new NewTopic(
                pair.Failures, existing.TryGetValue(pair.Topic, out var topic) ? topic.Partitions.Length : null)
            {
                Configs = recordBytesMax.TryGetValue(pair.Topic, out long bytes)
                    ? ImmutableDictionary<string, string>.Empty.Add(
                        RecordBytesMaxName, (bytes + HeaderBytesMax).ToString(CultureInfo.InvariantCulture))
                    : ImmutableDictionary<string, string>.Empty,
            }),
        ];
        var created = await client.Admin.Topics.CreateAsync(topicsToCreate, cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (string name in created.Values.Keys) Log.Created(context.Logger, name, context.Group);
        KafkaException? refusal =
            created.Failures.Values.FirstOrDefault(failure => failure.ErrorCode != ErrorCode.TopicAlreadyExists);
        if (refusal is not null) throw refusal;
    }

    /// <summary>How large records of topics may be, where that is told.</summary>
    private async Task<Dictionary<string, long>> RecordBytesMaxAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var told = await client.Admin.Configs.DescribeAsync(
            [.. names.Distinct().Select(ConfigResource.Topic)], [RecordBytesMaxName], cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        var bytes = new Dictionary<string, long>();
        foreach (var (topic, configs) in told.Values)
        {
            if (long.TryParse(configs.GetValueOrDefault(RecordBytesMaxName)?.Value, CultureInfo.InvariantCulture, out long max)
                && max <= int.MaxValue - HeaderBytesMax)
                bytes[topic.Name] = max;
        }
        return bytes;
    }

    private static partial class Log
    {
        [LoggerMessage(5404, LogLevel.Information, "Created topic {Topic} for what group {Group} fails on", EventName = "FailureTopicCreated")]
        public static partial void Created(ILogger logger, string topic, string group);
    }
}
