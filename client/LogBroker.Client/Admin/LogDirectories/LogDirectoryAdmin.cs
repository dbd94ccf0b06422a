using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Where brokers keep partitions, and how large they are.</summary>
public sealed class LogDirectoryAdmin
{
    private readonly AdminCalls _calls;

    internal LogDirectoryAdmin(AdminCalls calls) => _calls = calls;

    /// <summary>The directories of brokers, by broker.</summary>
    /// <param name="brokerIds">Of which brokers; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<AdminResults<int, IReadOnlyList<LogDirectory>>> DescribeAsync(
        IReadOnlyCollection<int>? brokerIds = null, CancellationToken cancellationToken = default) => _calls.EachBrokerAsync(
            "Describing the directories of broker",
            brokerIds,
            new DescribeLogDirsRequest { Topics = null },
            answer => answer.ErrorCode,
            answer => (IReadOnlyList<LogDirectory>)[.. answer.Results.Select(ToDirectory)],
            cancellationToken);

    /// <summary>Moves replicas between the directories of one broker.</summary>
    /// <param name="brokerId">The broker.</param>
    /// <param name="paths">The directory each is to be kept in.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">See <see cref="PartialFailureException"/>.</exception>
    public async Task MoveReplicasAsync(
        int brokerId, IReadOnlyDictionary<TopicPartition, string> paths, CancellationToken cancellationToken = default)
    {
        string what = $"Moving in broker {brokerId}";
        var request = new AlterReplicaLogDirsRequest
        {
            Dirs =
            [
                .. paths.GroupBy(path => path.Value, path => path.Key, StringComparer.Ordinal).Select(
                    path => new AlterReplicaLogDirsRequest.AlterReplicaLogDir
                    {
                        Path = path.Key,
                        Topics =
                        [
                            .. path.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(
                                topic => new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic
                                {
                                    Name = topic.Key,
                                    Partitions = [.. topic.Select(partition => partition.Partition)],
                                }),
                        ],
                    }),
            ],
        };
        var response = await _calls.BrokerAsync(what, brokerId, request, _ => (ErrorCode.None, null), cancellationToken)
            .ConfigureAwait(false);
        var results = new AdminResults<TopicPartition, bool>(what);
        foreach (var topic in response.Results)
        {
            foreach (var partition in topic.Partitions)
            {
                var key = new TopicPartition(topic.TopicName, partition.PartitionIndex);
                results.Add(Answers.Of(key, partition.ErrorCode, null, what));
            }
        }
        results.ThrowIfAnyFailed();
    }

    private static LogDirectory ToDirectory(DescribeLogDirsResponse.DescribeLogDirsResult directory) => new(
        directory.LogDir,
        directory.Topics
            .SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, Partition: partition)))
            .GroupBy(told => new TopicPartition(told.Name, told.Partition.PartitionIndex))
            .ToDictionary(
                told => told.Key,
                told => told.Select(one => new ReplicaSize(
                    one.Partition.PartitionSize, one.Partition.OffsetLag, one.Partition.IsFutureKey)).First()))
    {
        Failure = directory.ErrorCode == ErrorCode.None
            ? null
            : directory.ErrorCode.ToException($"Using directory {directory.LogDir}"),
        TotalBytes = directory.TotalBytes < 0 ? null : directory.TotalBytes,
        UsableBytes = directory.UsableBytes < 0 ? null : directory.UsableBytes,
    };
}
