using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.LoadTests;

/// <summary>Topics of the tests.</summary>
internal static class Topics
{
    /// <summary>Creates the topic unless it is there, waits until all its partitions have leaders, and gives its id.</summary>
    public static async Task<Guid> CreateAsync(KafkaChannel channel, string name, int partitions, params (string Name, string Value)[] configs)
    {
        await channel.SendAsync(
            new CreateTopicsRequest
            {
                TimeoutMs = 60_000,
                Topics =
                [
                    new()
                    {
                        Name = name,
                        NumPartitions = partitions,
                        ReplicationFactor = 1,
                        Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
                    },
                ],
            }, 7);
        while (true)
        {
            MetadataResponse known = await channel.SendAsync(new MetadataRequest { Topics = [new() { Name = name }] }, 12);
            if (LedIn(known) == partitions) return known.Topics[0].TopicId;
            await Task.Delay(20);
        }
    }

    /// <summary>How many partitions have a leader.</summary>
    public static int LedIn(MetadataResponse known) => known.Topics
        .Where(topic => topic.ErrorCode == ErrorCode.None)
        .Sum(topic => topic.Partitions.Count(partition => partition.LeaderId >= 0 && partition.ErrorCode == ErrorCode.None));
}
