using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Fetching;

/// <summary>What a fetch asks of a partition.</summary>
internal readonly record struct FetchTarget(Guid TopicId, long Offset, LeaderEpoch LeaderEpoch, int BytesMax)
{
    /// <summary>The epoch of the record before <see cref="Offset"/>, for the broker to hold against its log; none unchecked.</summary>
    public LeaderEpoch LastEpoch { get; init; } = LeaderEpoch.None;
}

/// <summary>An incremental fetch session with one broker (KIP-227): only what has changed since the last request is told.</summary>
internal sealed class FetchSession
{
    private const int FullEpoch = 0;

    private Dictionary<TopicPartition, FetchTarget> _told = [];
    private int _id;
    private int _epoch = FullEpoch;

    /// <summary>Makes the request for <paramref name="wanted"/>, which is all that is to be fetched.</summary>
    public FetchRequest Next(Dictionary<TopicPartition, FetchTarget> wanted)
    {
        bool isFull = _epoch == FullEpoch;
        var changed = wanted.Where(target => isFull || !_told.TryGetValue(target.Key, out var told) || told != target.Value);
        var forgotten = isFull
            ? []
            : _told.Where(told => !wanted.TryGetValue(told.Key, out var target) || target.TopicId != told.Value.TopicId);
        var request = new FetchRequest
        {
            SessionId = _id,
            SessionEpoch = _epoch,
            Topics =
            [
                .. changed.GroupBy(target => (target.Key.Topic, target.Value.TopicId)).Select(topic => new FetchRequest.FetchTopic
                {
                    Topic = topic.Key.Topic,
                    TopicId = topic.Key.TopicId,
                    Partitions = [.. topic.Select(target => Partition(target.Key, target.Value))],
                }),
            ],
            ForgottenTopicsData =
            [
                .. forgotten.GroupBy(told => (told.Key.Topic, told.Value.TopicId)).Select(topic => new FetchRequest.ForgottenTopic
                {
                    Topic = topic.Key.Topic,
                    TopicId = topic.Key.TopicId,
                    Partitions = [.. topic.Select(told => told.Key.Partition)],
                }),
            ],
        };
        _told = wanted;
        return request;
    }

    /// <summary>The request was answered without an error of the session.</summary>
    /// <param name="sessionId">0 when the broker keeps none: then every request is a full one.</param>
    public void Answered(int sessionId)
    {
        if (sessionId == 0) Reset();
        else if (_id == 0) (_id, _epoch) = (sessionId, 1);
        else _epoch = _epoch == int.MaxValue ? 1 : _epoch + 1;
    }

    /// <summary>Starts over: the broker does not know the session any more, or it is not known what it knows.</summary>
    public void Reset()
    {
        _id = 0;
        _epoch = FullEpoch;
        _told = [];
    }

    private static FetchRequest.FetchPartition Partition(TopicPartition partition, FetchTarget target) => new()
    {
        Partition = partition.Partition,
        CurrentLeaderEpoch = target.LeaderEpoch.Value,
        FetchOffset = target.Offset,
        LastFetchedEpoch = target.LastEpoch.Value,
        PartitionMaxBytes = target.BytesMax,
    };
}
