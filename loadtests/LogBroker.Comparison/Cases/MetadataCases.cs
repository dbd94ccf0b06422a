using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Comparison.Cases;

/// <summary>Metadata, DescribeCluster, DescribeTopicPartitions and DescribeLogDirs.</summary>
internal static class MetadataCases
{
    private const string Topic = "metadata";
    private const short FirstWithAutoCreate = 4;
    private const short FirstWithTopicId = 10;

    public static void AddTo(Script script)
    {
        script.PrepareTopic(Topic, 3);
        script.PrepareTopic("metadata.dotted");
        foreach (short version in Script.VersionsOf(ApiKey.Metadata)) AddMetadata(script, version);
        foreach (short version in Script.VersionsOf(ApiKey.DescribeCluster)) AddCluster(script, version);
        AddTopicPartitions(script);
        script.PrepareRecords(Topic, Batches.Good());
        foreach (short version in Script.VersionsOf(ApiKey.DescribeLogDirs)) AddLogDirs(script, version);
    }

    private static void AddMetadata(Script script, short version)
    {
        if (version > 0) script.Look("all-topics", version, _ => new MetadataRequest { Topics = null });
        script.Look("empty-list", version, _ => new MetadataRequest { Topics = [] });
        AddNamed(script, version, "one-topic", Topic);
        AddNamed(script, version, "two-topics", Topic, "metadata.dotted");
        AddNamed(script, version, "same-topic-twice", Topic, Topic);
        AddNamed(script, version, "bad-name", "a/b");
        AddNamed(script, version, "empty-name", "");
        AddNamed(script, version, "dot", ".");
        AddNamed(script, version, "dots", "..");
        AddNamed(script, version, "long-name", new string('x', 250));
        if (version >= FirstWithAutoCreate) AddNamed(script, version, "unknown-topic", "metadata-nowhere");
        AddAutoCreation(script, version);
        if (version is >= 8 and <= 10)
        {
            script.Look("cluster-operations", version, _ => new MetadataRequest
            {
                Topics = [],
                IncludeClusterAuthorizedOperations = true,
            });
        }

        if (version >= 8)
        {
            script.Look("topic-operations", version, _ => new MetadataRequest
            {
                Topics = [new MetadataRequest.MetadataRequestTopic { Name = Topic }],
                IncludeTopicAuthorizedOperations = true,
            });
        }

        if (version < FirstWithTopicId) return;
        AddById(script, version, "known-id", peer => peer.Names.TopicId(Topic), null);
        AddById(script, version, "unknown-id", peer => peer.Names.TopicId("metadata-nowhere"), null);
        AddById(script, version, "zero-id-and-no-name", _ => Guid.Empty, null);
        AddById(script, version, "id-and-name", peer => peer.Names.TopicId(Topic), Topic);
    }

    private static void AddAutoCreation(Script script, short version)
    {
        string created = $"metadata-created-{version}";
        script.Change("auto-creation", version, _ => new MetadataRequest
        {
            Topics = [new MetadataRequest.MetadataRequestTopic { Name = created }],
        });
        script.AwaitTopic(created);
        AddNamed(script, version, "auto-created", created);
    }

    private static void AddNamed(Script script, short version, string name, params string[] topics) =>
        script.Look(name, version, _ => new MetadataRequest
        {
            Topics = [.. topics.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic })],
            AllowAutoTopicCreation = version < FirstWithAutoCreate,
        });

    private static void AddById(Script script, short version, string name, Func<Peer, Guid> id, string? topic) =>
        script.Look(name, version, peer => new MetadataRequest
        {
            Topics = [new MetadataRequest.MetadataRequestTopic { TopicId = id(peer), Name = topic }],
            AllowAutoTopicCreation = false,
        });

    private static void AddCluster(Script script, short version)
    {
        script.Look("cluster", version, _ => new DescribeClusterRequest());
        script.Look("with-operations", version,
            _ => new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true });
        if (version < 1) return;
        foreach (sbyte type in new sbyte[] { 0, 2, 3, -1 })
            script.Look($"endpoint-type-{type}", version, _ => new DescribeClusterRequest { EndpointType = type });
        if (version < 2) return;
        script.Look("with-fenced", version, _ => new DescribeClusterRequest { IncludeFencedBrokers = true });
    }

    private static void AddTopicPartitions(Script script)
    {
        AddPage(script, "one-topic", 2_000, null, Topic);
        AddPage(script, "all-topics", 2_000, null);
        AddPage(script, "unknown-topic", 2_000, null, "metadata-nowhere");
        AddPage(script, "bad-name", 2_000, null, "a/b");
        AddPage(script, "two-topics", 2_000, null, "metadata.dotted", Topic);
        AddPage(script, "same-topic-twice", 2_000, null, Topic, Topic);
        AddPage(script, "limit-2", 2, null, Topic);
        AddPage(script, "limit-0", 0, null, Topic);
        AddPage(script, "limit-negative", -1, null, Topic);
        AddPage(script, "cursor", 2_000, (Topic, 1), Topic);
        AddPage(script, "cursor-and-limit", 1, (Topic, 1), Topic);
        AddPage(script, "cursor-behind-the-end", 2_000, (Topic, 9), Topic);
        AddPage(script, "cursor-negative", 2_000, (Topic, -1), Topic);
        AddPage(script, "cursor-of-unknown-topic", 2_000, ("metadata-nowhere", 0), Topic);
    }

    private static void AddPage(
        Script script, string name, int limit, (string Topic, int Partition)? cursor, params string[] topics) =>
        script.Look(name, 0, _ => new DescribeTopicPartitionsRequest
        {
            ResponsePartitionLimit = limit,
            Topics = [.. topics.Select(topic => new DescribeTopicPartitionsRequest.TopicRequest { Name = topic })],
            Cursor = cursor is { } from
                ? new DescribeTopicPartitionsRequest.CursorData { TopicName = from.Topic, PartitionIndex = from.Partition }
                : null,
        });

    private static void AddLogDirs(Script script, short version)
    {
        script.Look("all", version, _ => new DescribeLogDirsRequest { Topics = null });
        AddDirs(script, version, "one-partition", Topic, 0);
        AddDirs(script, version, "unknown-partition", Topic, 9);
        AddDirs(script, version, "unknown-topic", "metadata-nowhere", 0);
        script.Look("no-topics", version, _ => new DescribeLogDirsRequest { Topics = [] });
    }

    private static void AddDirs(Script script, short version, string name, string topic, int partition) =>
        script.Look(name, version, _ => new DescribeLogDirsRequest
        {
            Topics = [new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = topic, Partitions = [partition] }],
        });
}
