using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;

namespace LogBroker.Comparison.Cases;

/// <summary>Topics and records that cases need to be there.</summary>
internal static class Topics
{
    private const short CreateVersion = 7;
    private const short MetadataVersion = 12;
    private const int Attempts = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Creates a topic before the next case and waits until the broker serves it.</summary>
    public static void PrepareTopic(
        this Script script, string name, int partitions = 1, params (string Name, string Value)[] configs) =>
        script.Prepare($"create {name}", async peer =>
        {
            var topic = new CreateTopicsRequest.CreatableTopic
            {
                Name = name,
                NumPartitions = partitions,
                ReplicationFactor = 1,
                Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig
                    { Name = config.Name, Value = config.Value })],
            };
            CreateTopicsResponse response = await peer.CallAsync(
                new CreateTopicsRequest { Topics = [topic], TimeoutMs = 10_000 }, CreateVersion).ConfigureAwait(false);
            if (response.Topics[0].ErrorCode != ErrorCode.None)
                throw new InvalidOperationException($"{response.Topics[0].ErrorCode}: {response.Topics[0].ErrorMessage}");
            await WaitUntilServedAsync(peer, name, partitions).ConfigureAwait(false);
        });

    /// <summary>Waits until a topic that a case created is served, and learns its id.</summary>
    public static void AwaitTopic(this Script script, string name, int partitions = 1) =>
        script.Prepare($"await {name}", peer => WaitUntilServedAsync(peer, name, partitions));

    /// <summary>Waits until a topic that a case deleted is gone.</summary>
    public static void AwaitNoTopic(this Script script, string name) =>
        script.Prepare($"await the end of {name}", async peer =>
        {
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                MetadataResponse.MetadataResponseTopic topic = await FindAsync(peer, name).ConfigureAwait(false);
                if (topic.ErrorCode == ErrorCode.UnknownTopicOrPartition) return;
                await Task.Delay(Pause).ConfigureAwait(false);
            }

            throw new TimeoutException();
        });

    /// <summary>Appends batches before the next case.</summary>
    public static void PrepareRecords(this Script script, string topic, params ReadOnlySpan<byte[]> batches)
    {
        byte[][] copies = batches.ToArray();
        script.Prepare($"fill {topic}", async peer =>
        {
            foreach (byte[] batch in copies)
            {
                ProduceResponse response = await peer.CallAsync(
                    ProduceCases.Request(peer, 9, topic, 0, new MemoryRecords(batch.ToArray())), 9).ConfigureAwait(false);
                ErrorCode error = response.Responses[0].PartitionResponses[0].ErrorCode;
                if (error != ErrorCode.None) throw new InvalidOperationException(error.ToString());
            }
        });
    }

    private static async Task WaitUntilServedAsync(Peer peer, string name, int partitions)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            MetadataResponse.MetadataResponseTopic topic = await FindAsync(peer, name).ConfigureAwait(false);
            peer.Names.Learn(name, topic.TopicId);
            if (topic.ErrorCode == ErrorCode.None && topic.Partitions.Length == partitions
                && topic.Partitions.All(partition => partition.ErrorCode == ErrorCode.None)
                && await IsLedAsync(peer, name, partitions).ConfigureAwait(false))
                return;
            await Task.Delay(Pause).ConfigureAwait(false);
        }

        throw new TimeoutException();
    }

    /// <summary>A broker may show a topic a moment before it leads its partitions.</summary>
    private static async Task<bool> IsLedAsync(Peer peer, string name, int partitions)
    {
        for (int partition = 0; partition < partitions; partition++)
        {
            ListOffsetsResponse response = await peer.CallAsync(OffsetCases.Lists(name, partition, -1), 5)
                .ConfigureAwait(false);
            if (response.Topics[0].Partitions[0].ErrorCode != ErrorCode.None) return false;
        }

        return true;
    }

    private static async Task<MetadataResponse.MetadataResponseTopic> FindAsync(Peer peer, string name)
    {
        ImmutableArray<MetadataRequest.MetadataRequestTopic> topics =
            [new MetadataRequest.MetadataRequestTopic { Name = name }];
        MetadataResponse response = await peer.CallAsync(
            new MetadataRequest { Topics = topics, AllowAutoTopicCreation = false }, MetadataVersion)
            .ConfigureAwait(false);
        return response.Topics[0];
    }
}
