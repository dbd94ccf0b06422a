using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Connections;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Admin.Topics;

/// <summary>Reads descriptions of topics page by page, as brokers give them of many partitions (KIP-966).</summary>
internal static class TopicPages
{
    public static async Task<IEnumerable<ItemAnswer<string, TopicDescription>>> ReadAsync(
        Cluster cluster,
        BrokerConnection connection,
        IReadOnlyList<string> names,
        bool includeAllowedOperations,
        CancellationToken cancellationToken)
    {
        var topics = new Dictionary<string, DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic>(StringComparer.Ordinal);
        var partitions = names.ToDictionary(name => name, _ => new SortedDictionary<int, PartitionDescription>(), StringComparer.Ordinal);
        DescribeTopicPartitionsRequest.CursorData? cursor = null;
        do
        {
            var request = new DescribeTopicPartitionsRequest
            {
                Topics =
                [
                    .. names.Order(StringComparer.Ordinal)
                        .Where(name => cursor is null || string.CompareOrdinal(name, cursor.TopicName) >= 0)
                        .Select(name => new DescribeTopicPartitionsRequest.TopicRequest { Name = name }),
                ],
                Cursor = cursor,
            };
            var page = await connection.SendAsync(request, cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
            foreach (var topic in page.Topics)
            {
                if (topic.Name is not { } name || !partitions.TryGetValue(name, out var known)) continue;
                topics[name] = topic;
                foreach (var partition in topic.Partitions) known[partition.PartitionIndex] = TopicAnswers.ToDescription(partition);
            }

            cursor = page.NextCursor is { } next
                ? new DescribeTopicPartitionsRequest.CursorData { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex }
                : null;
        }
        while (cursor is not null);

        return
        [
            .. topics.Select(topic => Answers.Of(
                topic.Key,
                topic.Value.ErrorCode,
                null,
                TopicAnswers.Describing,
                () => new TopicDescription(topic.Key, topic.Value.TopicId, topic.Value.IsInternal, [.. partitions[topic.Key].Values])
                {
                    AllowedOperations = includeAllowedOperations
                        ? AclOperations.FromBits(topic.Value.TopicAuthorizedOperations)
                        : null,
                })),
        ];
    }
}
