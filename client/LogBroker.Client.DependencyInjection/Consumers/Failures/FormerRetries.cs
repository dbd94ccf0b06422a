using LogBroker.Client.DependencyInjection.Consumers.Handling;
using Microsoft.Extensions.Logging;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>Finds retry topics of levels that an earlier configuration had and this one has not: what waits in them is still to be handled.
/// </summary>
internal sealed partial class FormerRetries(LogBrokerClient client, FailureTopics topics, HandlingContext context)
{
    /// <summary>The topics, by their level; asks until it is told.</summary>
    public async Task<ILookup<int, string>> FindAsync(CancellationToken cancellationToken)
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                var all = await client.Admin.Topics.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                var former = topics.FormerOf(all.Select(topic => topic.Name));
                foreach (string topic in former.SelectMany(level => level)) Log.Found(context.Logger, context.Group, topic);
                return former;
            }
            catch (KafkaException)
            {
                // The loops that need the same brokers tell why.
                await context.WaitAsync(context.RestartDelayAfter(failures), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5407, LogLevel.Information, "Group {Group} reads {Topic} too, a retry topic that its options do not have any more",
            EventName = "FormerRetriesFound")]
        public static partial void Found(ILogger logger, string group, string topic);
    }
}
