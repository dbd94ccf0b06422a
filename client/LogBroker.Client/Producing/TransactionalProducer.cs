using LogBroker.Client.Producing;
using LogBroker.Client.Producing.Transactions;
using LogBroker.Protocol;

namespace LogBroker.Client;

/// <summary>Writes records, and commits offsets, in transactions: consumers that read committed see all of one or nothing. Made by
/// <see cref="LogBrokerClient.CreateTransactionalProducer{TKey, TValue}"/>.</summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
/// <remarks>
/// One transaction at a time; any thread may produce into it, but begin, commit and abort are called by one. After a
/// <see cref="TransactionAbortableException"/> abort and try again; after a <see cref="FatalProducerException"/>, of which
/// <see cref="ProducerFencedException"/> is one, dispose the producer.
/// </remarks>
public sealed class TransactionalProducer<TKey, TValue> : IAsyncDisposable
{
    private readonly Producer<TKey, TValue> _producer;
    private readonly ProducerTransaction _transaction;
    private readonly ProducerCore _core;
    private readonly TimeSpan _closeTimeout;

    internal TransactionalProducer(
        Producer<TKey, TValue> producer, ProducerTransaction transaction, ProducerCore core, TimeSpan closeTimeout)
    {
        _producer = producer;
        _transaction = transaction;
        _core = core;
        _closeTimeout = closeTimeout;
    }

    /// <summary>The name of this stream of transactions; of the producers that have it, the newest one works and all others are fenced.
    /// </summary>
    public string TransactionalId => _transaction.TransactionalId;

    /// <summary>Fences earlier producers of the same name and ends what they left open. Beginning the first transaction does it when it
    /// was not done.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">The coordinator refused, or could not be reached.</exception>
    public Task InitializeAsync(CancellationToken cancellationToken = default) => _transaction.InitializeAsync(cancellationToken);

    /// <summary>Begins a transaction.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FatalProducerException">The producer cannot go on.</exception>
    public async Task BeginTransactionAsync(CancellationToken cancellationToken = default)
    {
        await _transaction.InitializeAsync(cancellationToken).ConfigureAwait(false);
        _transaction.Begin();
    }

    /// <inheritdoc cref="Producer{TKey, TValue}.ProduceAsync(string, TKey, TValue, CancellationToken)"/>
    public ValueTask<RecordMetadata> ProduceAsync(
        string topic, TKey key, TValue value, CancellationToken cancellationToken = default) =>
        ProduceAsync(new ProducerRecord<TKey, TValue>(topic, key, value), cancellationToken);

    /// <inheritdoc cref="Producer{TKey, TValue}.ProduceAsync(in ProducerRecord{TKey, TValue}, CancellationToken)"/>
    public ValueTask<RecordMetadata> ProduceAsync(
        in ProducerRecord<TKey, TValue> record, CancellationToken cancellationToken = default)
    {
        int number = _transaction.OpenNumber;
        return number == 0
            ? ValueTask.FromException<RecordMetadata>(_transaction.RefusalOf(number))
            : _producer.ProduceAsync(record, number, cancellationToken);
    }

    /// <inheritdoc cref="Producer{TKey, TValue}.EnqueueAsync(string, TKey, TValue, DeliveryHandler?, CancellationToken)"/>
    public ValueTask EnqueueAsync(
        string topic, TKey key, TValue value, DeliveryHandler? delivered = null, CancellationToken cancellationToken = default) =>
        EnqueueAsync(new ProducerRecord<TKey, TValue>(topic, key, value), delivered, cancellationToken);

    /// <inheritdoc cref="Producer{TKey, TValue}.EnqueueAsync(in ProducerRecord{TKey, TValue}, DeliveryHandler?, CancellationToken)"/>
    public ValueTask EnqueueAsync(
        in ProducerRecord<TKey, TValue> record, DeliveryHandler? delivered = null, CancellationToken cancellationToken = default)
    {
        int number = _transaction.OpenNumber;
        return number == 0
            ? ValueTask.FromException(_transaction.RefusalOf(number))
            : _producer.EnqueueAsync(record, delivered, number, cancellationToken);
    }

    /// <summary>Commits a consumer's offsets with the transaction, so that what was read and what was written become one.</summary>
    /// <param name="offsets">The next offsets to read.</param>
    /// <param name="group">The consumer's group, and which member it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransactionAbortableException">They were refused: the member was replaced, for example.</exception>
    public Task SendOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        ConsumerGroupMetadata group,
        CancellationToken cancellationToken = default) => _transaction.CommitOffsetsAsync(offsets, group, cancellationToken);

    /// <summary>Sends what was accepted, waits for it, and commits. Records that come meanwhile are refused.</summary>
    /// <param name="cancellationToken">Gives up the wait; then nothing but committing again is possible, which tells the outcome.</param>
    /// <exception cref="TransactionAbortableException">A record failed, or the coordinator refused: abort.</exception>
    /// <exception cref="FatalProducerException">The producer cannot go on.</exception>
    public Task CommitAsync(CancellationToken cancellationToken = default) =>
        _transaction.CommitAsync(_core.FlushTransactionAsync, cancellationToken);

    /// <summary>Drops what was not sent, waits for what is on its way, and aborts.</summary>
    /// <param name="cancellationToken">Gives up the wait; abort again afterwards.</param>
    /// <exception cref="FatalProducerException">The producer cannot go on.</exception>
    public async Task AbortAsync(CancellationToken cancellationToken = default)
    {
        _transaction.BeginAbort();
        await _core.DrainAsync(_transaction.Failure!, cancellationToken).ConfigureAwait(false);
        await _transaction.AbortAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Aborts the transaction that is open, if one is, and closes the producer.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_transaction.Phase is TransactionPhase.Open or TransactionPhase.MustAbort)
        {
            using var bound = new CancellationTokenSource(_closeTimeout, _core.Time);
            await AbortAsync(bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _producer.DisposeAsync().ConfigureAwait(false);
        await _transaction.DisposeAsync().ConfigureAwait(false);
    }
}
