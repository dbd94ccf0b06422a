using LogBroker.AdminCli.Clusters;
using LogBroker.Client;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Transactions;

/// <summary>A transaction that is open in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Producer">Who opened it.</param>
/// <param name="TransactionalId">Its id; null when no coordinator knows it.</param>
internal sealed record OpenTransaction(TopicPartition Partition, ActiveProducer Producer, string? TransactionalId)
{
    /// <summary>Those that are open for longer than any may be and that no coordinator will end: they keep read-committed readers from
    /// going on.</summary>
    /// <param name="admin">Asks leaders and coordinators.</param>
    /// <param name="topics">Where; null for all topics.</param>
    /// <param name="longerThan">The longest a transaction may take (transaction.max.timeout.ms).</param>
    /// <param name="now">The time.</param>
    /// <param name="cancelled">Gives up.</param>
    /// <returns>Them, and how many partitions could not be looked at for they have no leader.</returns>
    /// <exception cref="KafkaException">Not all could be asked.</exception>
    public static async Task<(IReadOnlyList<OpenTransaction> Hanging, int Unseen)> FindHangingAsync(
        AdminClient admin, IReadOnlyCollection<string>? topics, TimeSpan longerThan, DateTimeOffset now, CancellationToken cancelled)
    {
        IReadOnlyCollection<string> names = topics ?? [.. (await admin.Topics.ListAsync(includeInternal: true, cancelled)).Select(topic => topic.Name)];
        AdminResults<string, TopicDescription> described = await admin.Topics.DescribeAsync(names, cancellationToken: cancelled);
        // A topic that was deleted since it was listed holds none any more.
        if (topics is null) ThrowUnless(described, IsOfNoTopic);
        else described.ThrowIfAnyFailed();
        TopicPartition[] partitions = [.. described.Values.Values.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.Index)))];
        AdminResults<TopicPartition, IReadOnlyList<ActiveProducer>> producers = await admin.Partitions.DescribeProducersAsync(partitions, cancelled);
        ThrowUnless(producers, failure => IsOfNoTopic(failure) || failure.ErrorCode == ErrorCode.LeaderNotAvailable);
        int unseen = producers.Failures.Values.Count(failure => failure.ErrorCode == ErrorCode.LeaderNotAvailable);
        OpenTransaction[] old =
        [
            .. producers.Values.SelectMany(partition => partition.Value
                .Where(producer => producer.CurrentTransactionStart is not null && now - producer.LastTimestamp > longerThan)
                .Select(producer => new OpenTransaction(partition.Key, producer, null))),
        ];
        return (old.Length == 0 ? [] : await WithoutCoordinatorAsync(admin, old, cancelled), unseen);
    }

    /// <summary>Those of some that no coordinator will end.</summary>
    /// <exception cref="KafkaException">Not all coordinators could be asked.</exception>
    public static async Task<IReadOnlyList<OpenTransaction>> WithoutCoordinatorAsync(
        AdminClient admin, IReadOnlyCollection<OpenTransaction> old, CancellationToken cancelled)
    {
        IReadOnlyList<TransactionListing> known = await admin.Transactions.ListAsync(
            producerIds: [.. old.Select(open => open.Producer.ProducerId).Distinct()], cancellationToken: cancelled);
        AdminResults<string, TransactionDescription> described = await admin.Transactions.DescribeAsync(
            [.. known.Select(transaction => transaction.TransactionalId)], cancelled);
        // An id that was forgotten meanwhile is one no coordinator knows.
        ThrowUnless(described, failure => failure.ErrorCode == ErrorCode.TransactionalIdNotFound);
        Dictionary<long, TransactionDescription> byProducer = described.Values.Values
            .GroupBy(transaction => transaction.ProducerId).ToDictionary(same => same.Key, same => same.First());
        return
        [
            .. old
                .Where(open => !byProducer.TryGetValue(open.Producer.ProducerId, out TransactionDescription? transaction)
                    || !transaction.Partitions.Contains(open.Partition))
                .Select(open => open with { TransactionalId = byProducer.GetValueOrDefault(open.Producer.ProducerId)?.TransactionalId }),
        ];
    }

    private static bool IsOfNoTopic(KafkaException failure) => Unknown.IsUnknownTopic(failure.ErrorCode);

    private static void ThrowUnless<TKey, TValue>(AdminResults<TKey, TValue> results, Func<KafkaException, bool> isFine)
        where TKey : notnull
    {
        if (results.Failures.Values.FirstOrDefault(failure => !isFine(failure)) is { } failure) throw failure;
    }
}
