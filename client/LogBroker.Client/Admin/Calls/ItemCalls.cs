using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Client.Retry;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Client.Admin.Calls;

/// <summary>Calls about several items, each with an answer of its own: those whose failure may pass are asked about again, the
/// others are settled.</summary>
internal sealed class ItemCalls(AdminCalls calls)
{
    /// <summary>Asks about all items at once.</summary>
    /// <param name="what">What is done, as the start of a sentence.</param>
    /// <param name="items">What it is done to.</param>
    /// <param name="ask">One try for the items left.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AdminResults<TKey, TValue>> EachAsync<TKey, TValue>(
        string what,
        IEnumerable<TKey> items,
        Func<IReadOnlyList<TKey>, CancellationToken, Task<IEnumerable<ItemAnswer<TKey, TValue>>>> ask,
        CancellationToken cancellationToken)
        where TKey : notnull
    {
        var results = new AdminResults<TKey, TValue>(what);
        var left = items.Distinct().ToList();
        using var time = new CallTime(calls.Cluster, cancellationToken);
        for (int failures = 1; left.Count > 0; failures++)
        {
            var again = new List<TKey>();
            var unanswered = left.ToHashSet();
            foreach (var answer in await AskInTimeAsync(left, ask, time).ConfigureAwait(false))
            {
                unanswered.Remove(answer.Key);
                if (answer.Failure is { } failure && !time.IsOver && calls.MayPassAfterNews(failure)) again.Add(answer.Key);
                else results.Add(answer);
            }
            foreach (var item in unanswered) results.Add(Answers.Of(item, ErrorCode.UnknownServerError, "the broker left it out", what, Never<TValue>));
            left = again;
            if (left.Count > 0)
                await calls.Cluster.RetryBackoff.WaitAsync(failures, calls.Cluster.Time, cancellationToken).ConfigureAwait(false);
        }
        return results;
    }

    /// <summary>One try; what is not answered when the call's time is over has failed with that.</summary>
    private async Task<IEnumerable<ItemAnswer<TKey, TValue>>> AskInTimeAsync<TKey, TValue>(
        IReadOnlyList<TKey> items,
        Func<IReadOnlyList<TKey>, CancellationToken, Task<IEnumerable<ItemAnswer<TKey, TValue>>>> ask,
        CallTime time)
        where TKey : notnull
    {
        try
        {
            return await AskAsync(items, ask, time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (time.IsOver)
        {
            var failure = calls.Cluster.Metadata.NotAnswered();
            return items.Select(item => new ItemAnswer<TKey, TValue>(item, default, failure));
        }
    }

    /// <summary>Asks each partition's leader.</summary>
    /// <inheritdoc cref="EachAsync"/>
    public Task<AdminResults<TopicPartition, TValue>> EachLeaderAsync<TValue>(
        string what,
        IEnumerable<TopicPartition> items,
        Func<int, IReadOnlyList<TopicPartition>, CancellationToken, Task<IEnumerable<ItemAnswer<TopicPartition, TValue>>>> ask,
        CancellationToken cancellationToken) =>
        EachAsync<TopicPartition, TValue>(
            what,
            items,
            (left, token) => SplitAsync(left, (item, given) => LeaderAsync(what, item, given), ask, token),
            cancellationToken);

    /// <summary>Asks each key's coordinator.</summary>
    /// <inheritdoc cref="EachAsync"/>
    public Task<AdminResults<string, TValue>> EachCoordinatorAsync<TValue>(
        string what,
        CoordinatorKind kind,
        IEnumerable<string> items,
        Func<int, IReadOnlyList<string>, CancellationToken, Task<IEnumerable<ItemAnswer<string, TValue>>>> ask,
        CancellationToken cancellationToken) =>
        EachAsync<string, TValue>(
            what,
            items,
            async (left, token) =>
            {
                var answers = (await SplitAsync(left, (key, given) => calls.Cluster.Coordinators.FindNodeAsync(kind, key, given), ask, token)
                    .ConfigureAwait(false)).ToList();
                foreach (var answer in answers)
                {
                    if (answer.Failure?.ErrorCode.NeedsCoordinatorLookup() == true) calls.Cluster.Coordinators.Forget(kind, answer.Key);
                }
                return answers;
            },
            cancellationToken);

    /// <summary>Asks brokers, each about its items, at the same time; whatever fails for one fails its items only.</summary>
    private static async Task<IEnumerable<ItemAnswer<TKey, TValue>>> SplitAsync<TKey, TValue>(
        IReadOnlyList<TKey> items,
        Func<TKey, CancellationToken, ValueTask<int>> findNode,
        Func<int, IReadOnlyList<TKey>, CancellationToken, Task<IEnumerable<ItemAnswer<TKey, TValue>>>> ask,
        CancellationToken cancellationToken)
        where TKey : notnull
    {
        var answers = new List<ItemAnswer<TKey, TValue>>();
        var byNode = new Dictionary<int, List<TKey>>();
        // At the same time: what has to be waited for, as a topic that may still become known, is waited for once.
        foreach (var (item, finding) in items.Select(item => (item, findNode(item, cancellationToken).AsTask())).ToArray())
        {
            await ((Task)finding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                int nodeId = await finding.ConfigureAwait(false);
                if (!byNode.TryGetValue(nodeId, out var group)) byNode[nodeId] = group = [];
                group.Add(item);
            }
            catch (KafkaException failure)
            {
                answers.Add(new ItemAnswer<TKey, TValue>(item, default, failure));
            }
        }
        var asked = byNode.Select(node => AskAsync(node.Value, (left, token) => ask(node.Key, left, token), cancellationToken));
        foreach (var some in await Task.WhenAll(asked).ConfigureAwait(false)) answers.AddRange(some);
        return answers;
    }

    private static async Task<IEnumerable<ItemAnswer<TKey, TValue>>> AskAsync<TKey, TValue>(
        IReadOnlyList<TKey> items,
        Func<IReadOnlyList<TKey>, CancellationToken, Task<IEnumerable<ItemAnswer<TKey, TValue>>>> ask,
        CancellationToken cancellationToken)
    {
        try
        {
            return [.. await ask(items, cancellationToken).ConfigureAwait(false)];
        }
        catch (KafkaException failure)
        {
            return items.Select(item => new ItemAnswer<TKey, TValue>(item, default, failure));
        }
        catch (UnsupportedFieldException missing)
        {
            return items.Select(item => new ItemAnswer<TKey, TValue>(item, default, AdminCalls.TooOld(missing)));
        }
    }

    private static TValue Never<TValue>() => throw new InvalidOperationException("A failure has no value.");

    private async ValueTask<int> LeaderAsync(string what, TopicPartition item, CancellationToken cancellationToken)
    {
        var topic = await calls.Cluster.Metadata.TopicAsync(item.Topic, mayCreate: false, cancellationToken).ConfigureAwait(false);
        if ((uint)item.Partition >= (uint)topic.Partitions.Length)
        {
            // It may have been added since.
            var snapshot = await calls.Cluster.Metadata.RefreshAsync(cancellationToken).ConfigureAwait(false);
            topic = snapshot.FindTopic(item.Topic) ?? topic;
        }

        if ((uint)item.Partition >= (uint)topic.Partitions.Length)
            throw ErrorCode.UnknownTopicOrPartition.ToException(what, $"topic {item.Topic} has {topic.Partitions.Length} partitions");
        var partition = topic.Partitions[item.Partition];
        if (partition.HasLeader) return partition.LeaderId;
        calls.Cluster.Metadata.RequestRefresh("a partition without a leader");
        throw ErrorCode.LeaderNotAvailable.ToException(what, $"{item} has no leader");
    }
}
