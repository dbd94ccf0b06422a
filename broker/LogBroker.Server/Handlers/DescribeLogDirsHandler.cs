using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;

namespace LogBroker.Server.Handlers;

/// <summary>Tells how large the logs in each directory are, and how much room is left (KIP-113, KIP-827).</summary>
/// <remarks>A directory whose logs cannot all be written has failed for whoever watches over it, though the others are served.</remarks>
internal sealed class DescribeLogDirsHandler(LogStore logs) : RequestHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    private const short SpaceSince = 4;

    protected override Task<DescribeLogDirsResponse> HandleAsync(DescribeLogDirsRequest request, RequestContext context)
    {
        HashSet<TopicPartition>? asked = request.Topics is { } topics
            ? [.. topics.SelectMany(topic => topic.Partitions.Select(index => new TopicPartition(topic.Topic, index)))]
            : null;
        return Task.FromResult(new DescribeLogDirsResponse
        {
            Results =
            [
                .. logs.Directories.Select(directory => Describe(directory, asked, context.ApiVersion)),
                .. logs.OfflineDirectories.Select(Describe),
            ],
        });
    }

    private DescribeLogDirsResponse.DescribeLogDirsResult Describe(
        LogDirectory directory, HashSet<TopicPartition>? asked, short version)
    {
        DiskSpace? space = version >= SpaceSince ? TryMeasure(directory) : null;
        return new()
        {
            ErrorCode = (version >= SpaceSince && space is null) || logs.HasOfflineLog(directory) ? ErrorCode.KafkaStorageError : ErrorCode.None,
            LogDir = directory.Path,
            Topics = [.. directory.Logs
                .Where(log => asked is null || asked.Contains(log.TopicPartition))
                .GroupBy(log => log.TopicPartition.Topic)
                .Select(Describe)],
            TotalBytes = space?.TotalBytes ?? -1,
            UsableBytes = space?.AvailableBytes ?? -1,
        };
    }

    private static DescribeLogDirsResponse.DescribeLogDirsResult Describe(OfflineLogDirectory directory) => new()
    {
        ErrorCode = ErrorCode.KafkaStorageError,
        LogDir = directory.Path,
        TotalBytes = -1,
        UsableBytes = -1,
    };

    private static DescribeLogDirsResponse.DescribeLogDirsTopic Describe(IGrouping<string, PartitionLog> topic) => new()
    {
        Name = topic.Key,
        Partitions =
        [
            .. topic.OrderBy(log => log.TopicPartition.Partition).Select(
                log => new DescribeLogDirsResponse.DescribeLogDirsPartition
                {
                    PartitionIndex = log.TopicPartition.Partition,
                    PartitionSize = log.SizeInBytes,
                }),
        ],
    };

    private static DiskSpace? TryMeasure(LogDirectory directory)
    {
        try
        {
            return directory.Space;
        }
        catch (DiskException)
        {
            return null;
        }
    }
}
