using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Connections;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Transactions: list, describe, abort, fence (KIP-664).</summary>
public sealed class TransactionAdmin
{
    private readonly AdminCalls _calls;
    private readonly ItemCalls _items;

    internal TransactionAdmin(AdminCalls calls, ItemCalls items)
    {
        _calls = calls;
        _items = items;
    }

    /// <summary>All transactional ids, by id; every broker is asked for those it coordinates.</summary>
    /// <param name="states">Only those in one of these states; null for all.</param>
    /// <param name="producerIds">Only those of these producers; null for all.</param>
    /// <param name="openFor">Only those whose transaction is open for at least so long; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">A broker did not answer: the list would lack its transactions.</exception>
    public async Task<IReadOnlyList<TransactionListing>> ListAsync(
        IReadOnlyCollection<TransactionStatus>? states = null,
        IReadOnlyCollection<long>? producerIds = null,
        TimeSpan? openFor = null,
        CancellationToken cancellationToken = default)
    {
        var request = new ListTransactionsRequest
        {
            StateFilters = [.. (states ?? []).Select(state => state.ToString())],
            ProducerIdFilters = [.. producerIds ?? []],
            DurationFilter = openFor is { } wanted ? (long)wanted.TotalMilliseconds : -1,
        };
        var brokers = await _calls.RetryAsync(_calls.FindBrokersAsync, cancellationToken).ConfigureAwait(false);
        var answers = await Task.WhenAll(brokers.Select(nodeId => _calls.BrokerAsync(
            "Listing transactions", nodeId, request, answer => (answer.ErrorCode, null), cancellationToken))).ConfigureAwait(false);
        return
        [
            .. answers.SelectMany(answer => answer.TransactionStates)
                .OrderBy(transaction => transaction.TransactionalId, StringComparer.Ordinal)
                .Select(transaction => new TransactionListing(
                    transaction.TransactionalId, transaction.ProducerId, ToState(transaction.TransactionState))),
        ];
    }

    /// <summary>Describes the transactions of transactional ids.</summary>
    public Task<AdminResults<string, TransactionDescription>> DescribeAsync(
        IReadOnlyCollection<string> transactionalIds, CancellationToken cancellationToken = default)
    {
        const string What = "Describing transactional id";
        return _items.EachCoordinatorAsync<TransactionDescription>(
            What,
            CoordinatorKind.Transaction,
            transactionalIds,
            async (coordinator, left, token) =>
            {
                var response = await _calls.SendToAsync(
                    coordinator, new DescribeTransactionsRequest { TransactionalIds = [.. left] }, token).ConfigureAwait(false);
                return response.TransactionStates.Select(transaction => Answers.Of(
                    transaction.TransactionalId,
                    transaction.ErrorCode,
                    null,
                    What,
                    () => ToDescription(transaction, coordinator)));
            },
            cancellationToken);
    }

    /// <summary>Aborts a transaction in one partition, where its coordinator has forgotten it and it keeps read-committed readers
    /// waiting.</summary>
    /// <exception cref="KafkaException">The partition's leader refuses.</exception>
    public Task AbortAsync(HangingTransaction transaction, CancellationToken cancellationToken = default)
    {
        const string What = "Aborting the transaction in";
        return _items.EachLeaderAsync<bool>(
            What,
            [transaction.Partition],
            async (leader, _, token) =>
            {
                var request = new WriteTxnMarkersRequest
                {
                    Markers =
                    [
                        new()
                        {
                            ProducerId = transaction.ProducerId,
                            ProducerEpoch = transaction.ProducerEpoch,
                            CoordinatorEpoch = transaction.CoordinatorEpoch,
                            TransactionResult = false,
                            Topics =
                            [
                                new() { Name = transaction.Partition.Topic, PartitionIndexes = [transaction.Partition.Partition] },
                            ],
                        },
                    ],
                };
                var response = await _calls.SendToAsync(leader, request, token).ConfigureAwait(false);
                return response.Markers.SelectMany(marker => marker.Topics).SelectMany(topic => topic.Partitions.Select(
                    partition => Answers.Of(
                        new TopicPartition(topic.Name, partition.PartitionIndex), partition.ErrorCode, null, What)));
            },
            cancellationToken).AllAsync();
    }

    /// <summary>Fences off the producers of transactional ids and aborts what they have open: whoever still writes with one of them is
    /// refused from now on.</summary>
    /// <returns>The producer id and generation each has from now on.</returns>
    public Task<AdminResults<string, (long ProducerId, short ProducerEpoch)>> FenceAsync(
        IReadOnlyCollection<string> transactionalIds, CancellationToken cancellationToken = default)
    {
        const string What = "Fencing transactional id";
        return _items.EachCoordinatorAsync<(long, short)>(
            What,
            CoordinatorKind.Transaction,
            transactionalIds,
            async (coordinator, left, token) =>
            {
                var answers = new List<ItemAnswer<string, (long, short)>>();
                foreach (string id in left)
                {
                    var request = new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 1 };
                    var response = await _calls.SendToAsync(coordinator, request, token).ConfigureAwait(false);
                    answers.Add(Answers.Of(
                        id, response.ErrorCode, null, What, () => (response.ProducerId, response.ProducerEpoch)));
                }
                return answers;
            },
            cancellationToken);
    }

    private static TransactionStatus ToState(string name) =>
        Enum.TryParse(name, ignoreCase: true, out TransactionStatus state) ? state : TransactionStatus.Unknown;

    private static TransactionDescription ToDescription(
        DescribeTransactionsResponse.TransactionStateData transaction, int coordinator) => new(
        transaction.TransactionalId,
        coordinator,
        ToState(transaction.TransactionState),
        transaction.ProducerId,
        transaction.ProducerEpoch,
        TimeSpan.FromMilliseconds(transaction.TransactionTimeoutMs),
        Answers.ToTime(transaction.TransactionStartTimeMs),
        [
            .. transaction.Topics.SelectMany(
                topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition))),
        ]);
}
