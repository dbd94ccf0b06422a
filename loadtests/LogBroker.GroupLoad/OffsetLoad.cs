using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Transport;

namespace LogBroker.GroupLoad;

/// <summary>Many committed offsets: committing them, and waiting until a broker that was started serves all of them.</summary>
internal static class OffsetLoad
{
    private const short CreateVersion = 7;
    private const short CommitVersion = 8;
    private const short FetchVersion = 8;
    private const string Topic = "group-load";
    private const int OffsetsOfACommit = 1000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(10);

    public static async Task FillAsync(int port, int groups, int offsets)
    {
        await Coordinator.FindAsync(port, "warm-up");
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", port);
        await CreateTopicAsync(channel, offsets);
        long start = Stopwatch.GetTimestamp();
        for (int group = 0; group < groups; group++)
        {
            for (int first = 0; first < offsets; first += OffsetsOfACommit)
            {
                int count = Math.Min(OffsetsOfACommit, offsets - first);
                while (await CommitAsync(channel, Name(group), first, count, group) != ErrorCode.None)
                    await Task.Delay(RetryAfter);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"filled {groups * offsets} seconds {Stopwatch.GetElapsedTime(start).TotalSeconds:F1}"));
    }

    public static async Task AwaitServedAsync(int port, int groups, int offsets)
    {
        long start = Stopwatch.GetTimestamp();
        await using var channel = await KafkaChannel.ConnectAsync("127.0.0.1", port);
        int seen = 0;
        for (int group = 0; group < groups; group++)
        {
            int count;
            while ((count = await CountAsync(channel, Name(group))) < 0) await Task.Delay(RetryAfter);
            if (count != offsets) throw new InvalidOperationException($"Group {group} has {count} offsets, not {offsets}.");
            seen += count;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"served {seen} seconds {Stopwatch.GetElapsedTime(start).TotalSeconds:F2}"));
    }

    /// <summary>Creates the topic whose partitions are committed, unless it is there.</summary>
    public static async Task CreateTopicAsync(KafkaChannel channel, int partitions)
    {
        var answer = await channel.SendAsync(
            new CreateTopicsRequest
            {
                Topics = [new() { Name = Topic, NumPartitions = partitions, ReplicationFactor = 1 }],
            },
            CreateVersion);
        if (answer.Topics[0].ErrorCode is not (ErrorCode.None or ErrorCode.TopicAlreadyExists))
            throw new InvalidOperationException($"{Topic} could not be created: {answer.Topics[0].ErrorMessage}");
    }

    /// <summary>Commits the same offset for a run of partitions, as one that is no member.</summary>
    public static async Task<ErrorCode> CommitAsync(KafkaChannel channel, string group, int first, int count, long offset)
    {
        ImmutableArray<OffsetCommitRequest.OffsetCommitRequestPartition> partitions =
        [
            .. Enumerable.Range(first, count).Select(partition => new OffsetCommitRequest.OffsetCommitRequestPartition
            {
                PartitionIndex = partition,
                CommittedOffset = offset,
                CommittedMetadata = "",
            }),
        ];
        var answer = await channel.SendAsync(
            new OffsetCommitRequest { GroupId = group, Topics = [new() { Name = Topic, Partitions = partitions }] },
            CommitVersion);
        return answer.Topics[0].Partitions.Select(partition => partition.ErrorCode).FirstOrDefault(code => code != ErrorCode.None);
    }

    private static string Name(int group) => $"offsets-{group}";

    /// <summary>The number of offsets a group has; -1 while the coordinator does not serve it yet.</summary>
    private static async Task<int> CountAsync(KafkaChannel channel, string group)
    {
        var answer = await channel.SendAsync(
            new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = null }] }, FetchVersion);
        return answer.Groups[0].ErrorCode == ErrorCode.None
            ? answer.Groups[0].Topics.Sum(topic => topic.Partitions.Length)
            : -1;
    }
}
