using LogBroker.Client.Connections;

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
}
