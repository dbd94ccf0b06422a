using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests.Brokers;

/// <summary>Creates topics for tests whose subject is something else.</summary>
internal static class TopicSetup
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Small enough that tests roll segments, with an index entry for almost every batch.
    private static readonly string[] SmallSegments = ["segment.bytes=8388608", "index.interval.bytes=4096"];

    public static async Task CreateAsync(string bootstrap, string topic, int partitions, params string[] configs)
    {
        await ForeignClients.LibrdkafkaC.CreateTopicAsync(bootstrap, topic, partitions, [.. SmallSegments, .. configs]);
        await AwaitLeadersAsync(ForeignClients.LibrdkafkaC, bootstrap, topic, partitions);
    }

    /// <summary>A topic is created before every broker knows it; Kafka's clients have to wait as well.</summary>
    public static async Task AwaitLeadersAsync(ForeignClient client, string bootstrap, string topic, int partitions)
    {
        IReadOnlyList<int> leaders = [];
        await Deadline.PollAsync(
            async () =>
            {
                leaders = await client.DescribeLeadersAsync(bootstrap, topic);
                return leaders.Count == partitions && leaders.All(leader => leader >= 0);
            },
            Limit,
            () => $"{client.Name} sees leaders [{string.Join(',', leaders)}] of {topic}, {partitions} expected");
    }
}
