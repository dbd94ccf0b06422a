using LogBroker.Client;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Clusters;

/// <summary>What is wrong with a cluster, or nothing.</summary>
/// <param name="Brokers">How many brokers answer.</param>
/// <param name="Partitions">How many partitions there are.</param>
/// <param name="Offline">Partitions nobody leads: they can be neither read nor written.</param>
/// <param name="UnderReplicated">Partitions that lack a replica: one more failure may cost them.</param>
/// <param name="FailedDirectories">Log directories that cannot be used, as "broker 1: /data".</param>
internal sealed record ClusterHealth(
    int Brokers,
    int Partitions,
    IReadOnlyList<TopicPartition> Offline,
    IReadOnlyList<TopicPartition> UnderReplicated,
    IReadOnlyList<string> FailedDirectories)
{
    /// <summary>Brokers that are to keep partitions, with how many, and that are not there.</summary>
    public IReadOnlyList<(int Broker, int Partitions)> MissingBrokers { get; init; } = [];

    public bool IsHealthy => Brokers > 0 && Offline.Count == 0 && UnderReplicated.Count == 0 && FailedDirectories.Count == 0;

    /// <summary>Asks all brokers.</summary>
    /// <exception cref="KafkaException">None answers, or not all topics could be looked at.</exception>
    public static async Task<ClusterHealth> OfAsync(AdminClient admin, CancellationToken cancelled)
    {
        ClusterState state = await ClusterState.OfAsync(admin, cancelled);
        (TopicPartition At, PartitionDescription Partition)[] partitions =
        [
            .. state.Topics.SelectMany(topic => topic.Partitions.Select(partition => (new TopicPartition(topic.Name, partition.Index), partition))),
        ];
        return new ClusterHealth(
            state.Cluster.Brokers.Length,
            partitions.Length,
            [.. partitions.Where(partition => partition.Partition.LeaderId is null).Select(partition => partition.At)],
            [.. partitions.Where(IsUnderReplicated).Select(partition => partition.At)],
            [
                .. state.Directories.Failures.Select(failure => $"broker {failure.Key}: {failure.Value.Message}"),
                .. state.Directories.Values.SelectMany(broker => broker.Value.Where(directory => directory.Failure is not null)
                    .Select(directory => $"broker {broker.Key}: {directory.Path}: {directory.Failure!.Message}")),
            ])
        {
            MissingBrokers =
            [
                .. partitions.SelectMany(partition => partition.Partition.Replicas).Where(broker => state.Cluster.Brokers.All(there => there.Id != broker))
                    .CountBy(broker => broker).Select(missing => (missing.Key, missing.Value)).Order(),
            ],
        };
    }

    private static bool IsUnderReplicated((TopicPartition At, PartitionDescription Partition) partition) =>
        partition.Partition.LeaderId is not null && partition.Partition.InSyncReplicas.Length < partition.Partition.Replicas.Length;
}
