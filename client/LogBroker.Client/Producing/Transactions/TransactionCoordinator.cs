using LogBroker.Client.Connections;
using LogBroker.Client.Errors;
using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client.Producing.Transactions;

/// <summary>Asks the coordinators of a transaction, again and again where that may help, for at most <c>default.api.timeout.ms</c>.
/// </summary>
internal sealed class TransactionCoordinator(Cluster cluster, string transactionalId, TimeSpan transactionTimeout)
{
    /// <summary>The feature level from which brokers check transactions themselves and raise the epoch with each (KIP-890).</summary>
    private const short SelfCheckingLevel = 2;

    /// <summary>The highest AddPartitionsToTxn in which clients speak; later ones are for brokers.</summary>
    private const short ClientAddPartitionsVersionMax = 3;

    private static readonly TimeSpan ConcurrentWait = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether the cluster works by KIP-890: partitions and groups join with what is written to them.</summary>
    public bool IsSelfChecking { get; private set; }

    /// <summary>Gets an id and epoch, which ends what another producer of the same name, or this one before, has left open.</summary>
    public async Task<ProducerIdentity> InitializeAsync(ProducerIdentity? current, CancellationToken cancellationToken)
    {
        InitProducerIdResponse response = await AskAsync<InitProducerIdResponse>(
            CoordinatorKind.Transaction,
            transactionalId,
            connection =>
            {
                IsSelfChecking = connection.Versions.FinalizedLevel("transaction.version") >= SelfCheckingLevel
                    && connection.Supports(ApiKey.EndTxn, 5);
                return new InitProducerIdRequest
                {
                    TransactionalId = transactionalId,
                    TransactionTimeoutMs = (int)transactionTimeout.TotalMilliseconds,
                    ProducerId = current?.Id ?? -1,
                    ProducerEpoch = current?.Epoch ?? -1,
                };
            },
            short.MaxValue,
            response => response.ErrorCode,
            "Initializing the producer",
            cancellationToken).ConfigureAwait(false);
        return new ProducerIdentity(response.ProducerId, response.ProducerEpoch);
    }

    /// <summary>Makes partitions part of the transaction; only where the cluster is not self-checking.</summary>
    public Task AddPartitionsAsync(
        ProducerIdentity identity, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        AskAsync<AddPartitionsToTxnResponse>(
            CoordinatorKind.Transaction,
            transactionalId,
            _ => new AddPartitionsToTxnRequest
            {
                V3AndBelowTransactionalId = transactionalId,
                V3AndBelowProducerId = identity.Id,
                V3AndBelowProducerEpoch = identity.Epoch,
                V3AndBelowTopics =
                [
                    .. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic =>
                        new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
                        {
                            Name = topic.Key,
                            Partitions = [.. topic.Select(partition => partition.Partition)],
                        }),
                ],
            },
            ClientAddPartitionsVersionMax,
            response => WorstOf(response.ResultsByTopicV3AndBelow.SelectMany(topic => topic.ResultsByPartition)
                .Select(result => result.PartitionErrorCode)),
            "Adding partitions to the transaction",
            cancellationToken);

    /// <summary>Commits offsets with the transaction.</summary>
    public async Task CommitOffsetsAsync(
        ProducerIdentity identity,
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        ConsumerGroupMetadata group,
        CancellationToken cancellationToken)
    {
        if (!IsSelfChecking)
        {
            await AskAsync<AddOffsetsToTxnResponse>(
                CoordinatorKind.Transaction,
                transactionalId,
                _ => new AddOffsetsToTxnRequest
                {
                    TransactionalId = transactionalId,
                    ProducerId = identity.Id,
                    ProducerEpoch = identity.Epoch,
                    GroupId = group.GroupId,
                },
                short.MaxValue,
                response => response.ErrorCode,
                "Adding offsets to the transaction",
                cancellationToken).ConfigureAwait(false);
        }

        const short LastAddedVersion = 4;
        await AskAsync<TxnOffsetCommitResponse>(
            CoordinatorKind.Group,
            group.GroupId,
            _ => CommitRequest(identity, offsets, group),
            IsSelfChecking ? short.MaxValue : LastAddedVersion,
            response => WorstOf(response.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode)),
            "Committing offsets in the transaction",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the transaction.</summary>
    /// <returns>Who the producer is in the next one.</returns>
    public async Task<ProducerIdentity> EndAsync(ProducerIdentity identity, bool commits, CancellationToken cancellationToken)
    {
        const short LastUnraisedVersion = 4;
        EndTxnResponse response = await AskAsync<EndTxnResponse>(
            CoordinatorKind.Transaction,
            transactionalId,
            _ => new EndTxnRequest
            {
                TransactionalId = transactionalId,
                ProducerId = identity.Id,
                ProducerEpoch = identity.Epoch,
                Committed = commits,
            },
            IsSelfChecking ? short.MaxValue : LastUnraisedVersion,
            response => response.ErrorCode,
            commits ? "Committing the transaction" : "Aborting the transaction",
            cancellationToken).ConfigureAwait(false);
        return response.ProducerId >= 0 ? new ProducerIdentity(response.ProducerId, response.ProducerEpoch) : identity;
    }

    private TxnOffsetCommitRequest CommitRequest(
        ProducerIdentity identity, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) => new()
        {
            TransactionalId = transactionalId,
            GroupId = group.GroupId,
            ProducerId = identity.Id,
            ProducerEpoch = identity.Epoch,
            GenerationId = group.GenerationId,
            MemberId = group.MemberId,
            GroupInstanceId = group.GroupInstanceId,
            Topics =
            [
                .. offsets.GroupBy(offset => offset.Key.Topic, StringComparer.Ordinal).Select(topic =>
                    new TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic
                    {
                        Name = topic.Key,
                        Partitions =
                        [
                            .. topic.Select(offset => new TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition
                            {
                                PartitionIndex = offset.Key.Partition,
                                CommittedOffset = offset.Value.Offset.Value,
                                CommittedLeaderEpoch = offset.Value.LeaderEpoch?.Value ?? -1,
                                CommittedMetadata = offset.Value.Metadata ?? "",
                            }),
                        ],
                    }),
            ],
        };

    private async Task<TResponse> AskAsync<TResponse>(
        CoordinatorKind kind,
        string key,
        Func<BrokerConnection, IRequest<TResponse>> make,
        short versionMax,
        Func<TResponse, ErrorCode> errorOf,
        string what,
        CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        long started = cluster.Time.GetTimestamp();
        for (int failures = 1; ; failures++)
        {
            KafkaException failure;
            try
            {
                BrokerConnection connection = await FindAsync(kind, key, cancellationToken).ConfigureAwait(false);
                TResponse response = await connection.SendAsync(
                    make(connection), versionMax, cluster.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
                ErrorCode error = errorOf(response);
                if (error == ErrorCode.None) return response;
                if (error.NeedsCoordinatorLookup()) cluster.Coordinators.Forget(kind, key);
                if (!TransactionErrors.IsRetriable(error)) throw TransactionErrors.ToException(error, transactionalId, what);
                failure = error.ToException($"{what} of {transactionalId}");
            }
            catch (KafkaException unanswered) when (unanswered is BrokerUnavailableException or RequestTimedOutException)
            {
                cluster.Coordinators.Forget(kind, key);
                failure = unanswered;
            }

            if (cluster.Time.GetElapsedTime(started) > cluster.Options.ApiTimeout) throw failure;
            if (failure.ErrorCode == ErrorCode.ConcurrentTransactions)
                await Task.Delay(ConcurrentWait, cluster.Time, cancellationToken).ConfigureAwait(false);
            else
                await cluster.RetryBackoff.WaitAsync(failures, cluster.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<BrokerConnection> FindAsync(CoordinatorKind kind, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.Coordinators.FindAsync(kind, key, ConnectionLane.Control, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException refusal) when (!refusal.IsRetriable && refusal is not AuthenticationFailedException)
        {
            throw TransactionErrors.ToException(refusal.ErrorCode, transactionalId, "Finding the coordinator");
        }
    }

    /// <summary>The error that decides: one that cannot be retried before one that can.</summary>
    private static ErrorCode WorstOf(IEnumerable<ErrorCode> errors)
    {
        var worst = ErrorCode.None;
        foreach (ErrorCode error in errors)
        {
            if (error == ErrorCode.None || error == ErrorCode.OperationNotAttempted) continue;
            if (!TransactionErrors.IsRetriable(error)) return error;
            worst = error;
        }

        return worst;
    }
}
