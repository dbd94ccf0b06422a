using LogBroker.Client.Connections;
using LogBroker.Client.Options;
using LogBroker.Client.Producing.Transactions;

namespace LogBroker.Client.Producing;

/// <summary>Puts producers together.</summary>
internal static class ProducerFactory
{
    public static Producer<TKey, TValue> Create<TKey, TValue>(
        Cluster cluster, ProducerOptions options, ISerializer<TKey>? key, ISerializer<TValue>? value)
    {
        options.Validate();
        var encoder = new RecordEncoder<TKey, TValue>(key ?? Serializers.For<TKey>(), value ?? Serializers.For<TValue>(), cluster.Time);
        ProducerCore? core = null;
        IdempotentIdentities? identities = options.IsIdempotent
            ? new IdempotentIdentities(cluster, () => core?.WakeSenders(), refusal => core?.EndWith(refusal))
            : null;
        core = new ProducerCore(new ProducerContext(cluster, options, identities, transaction: null));
        return new Producer<TKey, TValue>(core, encoder, DisposeAsync);

        async ValueTask DisposeAsync()
        {
            await core.DisposeAsync().ConfigureAwait(false);
            if (identities is not null) await identities.DisposeAsync().ConfigureAwait(false);
        }
    }

    public static TransactionalProducer<TKey, TValue> CreateTransactional<TKey, TValue>(
        Cluster cluster, string transactionalId, ProducerOptions options, ISerializer<TKey>? key, ISerializer<TValue>? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(transactionalId);
        options.Validate();
        OptionCheck.Require(options.IsIdempotent, "A transactional producer is idempotent: leave Acks and EnableIdempotence unset.");
        var encoder = new RecordEncoder<TKey, TValue>(key ?? Serializers.For<TKey>(), value ?? Serializers.For<TValue>(), cluster.Time);
        var transaction = new ProducerTransaction(
            transactionalId, new TransactionCoordinator(cluster, transactionalId, options.TransactionTimeout));
        var core = new ProducerCore(new ProducerContext(cluster, options, transaction, transaction));
        transaction.WakeSenders = core.WakeSenders;
        transaction.FailQueued = core.FailQueued;
        return new TransactionalProducer<TKey, TValue>(
            new Producer<TKey, TValue>(core, encoder, core.DisposeAsync), transaction, core, options.CloseTimeout);
    }
}
