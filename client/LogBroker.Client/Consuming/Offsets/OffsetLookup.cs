using LogBroker.Client.Connections;
using LogBroker.Client.Consuming.Runtime;
using LogBroker.Client.Errors;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Consuming.Offsets;

/// <summary>What a leader answered about an offset; -1 when it has none such.</summary>
internal readonly record struct FoundOffset(long Offset, LeaderEpoch Epoch);

/// <summary>Asks the leaders of partitions which offset belongs to a time, or where their logs start and end.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class OffsetLookup(ConsumerContext context)
{
    /// <summary>One try for each leader.</summary>
    /// <param name="wanted">For each partition a time in ms, or one of ListOffsets' negative marks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found; partitions whose leaders could not tell just now are missing.</returns>
    /// <exception cref="KafkaException">Trying again does not help.</exception>
    public async Task<Dictionary<TopicPartition, FoundOffset>> TryFindAsync(
        IReadOnlyDictionary<TopicPartition, long> wanted, CancellationToken cancellationToken)
    {
        var found = new Dictionary<TopicPartition, FoundOffset>();
        var snapshot = context.Cluster.Metadata.Current;
        if (wanted.Keys.Any(partition => snapshot.FindTopic(partition.Topic) is null))
            snapshot = await context.Cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var asked = wanted.GroupBy(one => snapshot.FindPartition(one.Key)?.LeaderId ?? -1).ToList();
        if (asked.Exists(leader => leader.Key < 0)) context.Cluster.Metadata.RequestRefresh("a partition has no leader");
        var answers = asked.Where(leader => leader.Key >= 0)
            .Select(leader => AskAsync(leader.Key, [.. leader], cancellationToken)).ToList();
        foreach (var answer in answers)
        {
            foreach (var (partition, offset) in await answer.ConfigureAwait(false)) found[partition] = offset;
        }
        return found;
    }

    /// <summary>The same, again and again until all are found.</summary>
    /// <exception cref="KafkaException">Some were not found in <c>default.api.timeout.ms</c>, or cannot be.</exception>
    public async Task<Dictionary<TopicPartition, FoundOffset>> FindAsync(
        IReadOnlyDictionary<TopicPartition, long> wanted, CancellationToken cancellationToken)
    {
        var found = new Dictionary<TopicPartition, FoundOffset>();
        var left = wanted.ToDictionary();
        long started = context.Time.GetTimestamp();
        foreach (string topic in wanted.Keys.Select(partition => partition.Topic).Distinct())
            await context.Cluster.Metadata.TopicAsync(topic, mayCreate: false, cancellationToken).ConfigureAwait(false);
        for (int tries = 1; ; tries++)
        {
            foreach (var (partition, offset) in await TryFindAsync(left, cancellationToken).ConfigureAwait(false))
            {
                found[partition] = offset;
                left.Remove(partition);
            }
            if (left.Count == 0) return found;
            if (context.Time.GetElapsedTime(started) > context.Cluster.Options.ApiTimeout)
            {
                throw new RequestTimedOutException(
                    $"The leader of {left.Keys.First()} did not tell its offsets within {context.Cluster.Options.ApiTimeout.TotalSeconds:0.#} s.");
            }
            await context.Cluster.RetryBackoff.WaitAsync(tries, context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The same for one time; where nothing is as young as that, the end of the log.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<Dictionary<TopicPartition, FoundOffset>> FindOrEndAsync(
        IEnumerable<TopicPartition> partitions, long timestamp, CancellationToken cancellationToken)
    {
        var wanted = partitions.Distinct().ToDictionary(partition => partition, _ => timestamp);
        var found = await FindAsync(wanted, cancellationToken).ConfigureAwait(false);
        var ends = found.Where(one => one.Value.Offset < 0).ToDictionary(one => one.Key, _ => PositionReset.Latest);
        if (ends.Count == 0) return found;
        foreach (var (partition, end) in await FindAsync(ends, cancellationToken).ConfigureAwait(false)) found[partition] = end;
        return found;
    }

    private async Task<List<(TopicPartition, FoundOffset)>> AskAsync(
        int nodeId, KeyValuePair<TopicPartition, long>[] wanted, CancellationToken cancellationToken)
    {
        var found = new List<(TopicPartition, FoundOffset)>();
        try
        {
            var connection = await context.Pool.ConnectAsync(nodeId, ConnectionLane.Control, cancellationToken).ConfigureAwait(false);
            var response = await connection.SendAsync(
                Request(wanted), context.Cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
            foreach (var topic in response.Topics)
            {
                foreach (var answer in topic.Partitions)
                {
                    var partition = new TopicPartition(topic.Name, answer.PartitionIndex);
                    if (answer.ErrorCode == ErrorCode.None)
                        found.Add((partition, new FoundOffset(answer.Offset, new LeaderEpoch(answer.LeaderEpoch))));
                    else TakeError(partition, answer.ErrorCode);
                }
            }
        }
        catch (KafkaException failure) when (failure.IsRetriable)
        {
            context.Cluster.Metadata.RequestRefresh($"broker {nodeId} did not tell offsets");
        }
        return found;
    }

    private ListOffsetsRequest Request(KeyValuePair<TopicPartition, long>[] wanted)
    {
        var snapshot = context.Cluster.Metadata.Current;
        return new ListOffsetsRequest
        {
            ReplicaId = -1,
            IsolationLevel = (sbyte)context.Options.IsolationLevel,
            TimeoutMs = (int)context.Cluster.Options.RequestTimeout.TotalMilliseconds,
            Topics =
            [
                .. wanted.GroupBy(one => one.Key.Topic).Select(topic => new ListOffsetsRequest.ListOffsetsTopic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.Select(one => new ListOffsetsRequest.ListOffsetsPartition
                        {
                            PartitionIndex = one.Key.Partition,
                            CurrentLeaderEpoch = (snapshot.FindPartition(one.Key)?.LeaderEpoch ?? LeaderEpoch.None).Value,
                            Timestamp = one.Value,
                        }),
                    ],
                }),
            ],
        };
    }

    private void TakeError(TopicPartition partition, ErrorCode error)
    {
        if (!error.IsRetriable()) throw error.ToException($"Asking for an offset of {partition}");
        if (error.NeedsMetadataRefresh()) context.Cluster.Metadata.RequestRefresh($"{partition}: {error}");
    }
}
