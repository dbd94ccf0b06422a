using System.Collections.Immutable;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Replication.Partitions;
using LogBroker.Server.Sessions;

namespace LogBroker.Server.Handlers;

/// <summary>Translates between the words of a fetch on the wire and the session's.</summary>
internal static class FetchWords
{
    private const short TopicIdsSince = 13;
    private const short SessionsSince = 7;
    private const int NoSessionEpoch = -1;

    public static FetchSessionRequest SessionOf(FetchRequest request, short version)
    {
        var targets = new List<FetchTarget>();
        foreach (FetchRequest.FetchTopic topic in request.Topics)
            foreach (FetchRequest.FetchPartition partition in topic.Partitions) targets.Add(TargetOf(topic, partition, version));
        var forgotten = new List<FetchKey>();
        foreach (FetchRequest.ForgottenTopic topic in request.ForgottenTopicsData)
            foreach (int partition in topic.Partitions) forgotten.Add(KeyOf(topic.Topic, topic.TopicId, partition, version));
        int epoch = version < SessionsSince ? NoSessionEpoch : request.SessionEpoch;
        return new FetchSessionRequest(request.SessionId, epoch, version >= TopicIdsSince, targets, forgotten);
    }

    public static FetchResponse Answer(FetchContext fetch, FetchRead[] found)
    {
        FetchRead[] reads = InOrder(found);
        var topics = ImmutableArray.CreateBuilder<FetchResponse.FetchableTopicResponse>();
        var partitions = ImmutableArray.CreateBuilder<FetchResponse.PartitionData>();
        for (int i = 0; i < reads.Length; i++)
        {
            FetchRead read = reads[i];
            if (Includes(fetch, read)) partitions.Add(Answer(read));
            else read.Release();
            bool isLastOfTopic = i == reads.Length - 1 || !IsSameTopic(read.Target.Key, reads[i + 1].Target.Key);
            if (!isLastOfTopic || partitions.Count == 0) continue;
            topics.Add(new()
            {
                Topic = read.Target.Key.Topic ?? "",
                TopicId = read.Target.Key.TopicId,
                Partitions = partitions.ToImmutable(),
            });
            partitions.Clear();
        }

        return new FetchResponse { SessionId = fetch.SessionId, Responses = topics.ToImmutable() };
    }

    /// <summary>Partitions that are not there come behind those that are.</summary>
    private static FetchRead[] InOrder(FetchRead[] reads) => Array.Exists(reads, read => read.Partition is null)
        ? [.. reads.OrderBy(read => read.Partition is null)]
        : reads;

    private static bool Includes(FetchContext fetch, FetchRead read) => fetch.Includes(
        read.Target.Key,
        read.Found.HighWatermark,
        read.Found.LogStartOffset,
        read.Found.Records.SizeInBytes > 0,
        read.MustBeTold);

    private static FetchResponse.PartitionData Answer(FetchRead read)
    {
        PartitionRead found = read.Found;
        return new FetchResponse.PartitionData
        {
            PartitionIndex = read.Target.Key.Partition,
            ErrorCode = found.Error,
            HighWatermark = found.HighWatermark.Value,
            LastStableOffset = found.LastStableOffset.Value,
            LogStartOffset = found.LogStartOffset.Value,
            AbortedTransactions = read.Partition is null ? [] : AbortedIn(found),
            Records = found.Records,
            DivergingEpoch = found.DivergingEpoch is { } diverging
                ? new() { Epoch = diverging.Epoch.Value, EndOffset = diverging.EndOffset.Value }
                : new(),
        };
    }

    private static ImmutableArray<FetchResponse.AbortedTransaction>? AbortedIn(PartitionRead found) =>
        found.AbortedTransactions is { } aborted
            ? [.. aborted.Select(a => new FetchResponse.AbortedTransaction
            {
                ProducerId = a.ProducerId,
                FirstOffset = a.FirstOffset.Value,
            })]
            : null;

    private static FetchTarget TargetOf(FetchRequest.FetchTopic topic, FetchRequest.FetchPartition partition, short version) => new(
        KeyOf(topic.Topic, topic.TopicId, partition.Partition, version),
        new Offset(partition.FetchOffset),
        partition.PartitionMaxBytes,
        EpochOf(partition.CurrentLeaderEpoch),
        EpochOf(partition.LastFetchedEpoch));

    /// <summary>Any negative epoch of a fetch says that there is none to check.</summary>
    private static LeaderEpoch EpochOf(int epoch) => epoch < 0 ? LeaderEpoch.None : new LeaderEpoch(epoch);

    private static FetchKey KeyOf(string topic, Guid topicId, int partition, short version) =>
        version >= TopicIdsSince ? new FetchKey(topicId, null, partition) : new FetchKey(Guid.Empty, topic, partition);

    private static bool IsSameTopic(FetchKey left, FetchKey right) =>
        left.TopicId == right.TopicId && left.Topic == right.Topic;
}
