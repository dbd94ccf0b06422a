using LogBroker.Client;

namespace LogBroker.AdminCli.Clusters;

/// <summary>All that brokers tell of a cluster.</summary>
/// <param name="Cluster">Its brokers.</param>
/// <param name="Topics">Its topics, the internal ones too.</param>
/// <param name="Directories">What each broker keeps.</param>
internal sealed record ClusterState(
    ClusterDescription Cluster, IReadOnlyList<TopicDescription> Topics, AdminResults<int, IReadOnlyList<LogDirectory>> Directories)
{
    /// <summary>Asks all brokers.</summary>
    /// <exception cref="KafkaException">None answers, or not all topics could be described.</exception>
    public static async Task<ClusterState> OfAsync(AdminClient admin, CancellationToken cancelled)
    {
        ClusterDescription cluster = await admin.Cluster.DescribeAsync(cancellationToken: cancelled);
        IReadOnlyList<TopicListing> listed = await admin.Topics.ListAsync(includeInternal: true, cancelled);
        AdminResults<string, TopicDescription> topics = await admin.Topics.DescribeAsync([.. listed.Select(topic => topic.Name)], cancellationToken: cancelled);
        // Topics that were deleted meanwhile are no failure; of others it is not known how they are.
        if (topics.Failures.Values.FirstOrDefault(failure => !Unknown.IsUnknownTopic(failure.ErrorCode)) is { } failure) throw failure;
        return new ClusterState(cluster, [.. topics.Values.Values], await admin.LogDirectories.DescribeAsync(cancellationToken: cancelled));
    }
}
