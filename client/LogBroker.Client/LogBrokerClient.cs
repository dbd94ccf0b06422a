using LogBroker.Client.Connections;
using LogBroker.Client.Producing;

namespace LogBroker.Client;

/// <summary>A client of one cluster: LogBroker's or Apache Kafka's. Make one for a process and take producers, consumers and
/// <see cref="Admin"/> from it; they share what it knows of the cluster.</summary>
/// <remarks>Any thread. Making one connects to nothing: the first use does. Dispose producers and consumers before it; disposing it
/// closes all connections.</remarks>
public sealed class LogBrokerClient : IAsyncDisposable
{
    /// <summary>A client with the default options.</summary>
    /// <param name="bootstrapServers">Brokers to ask for the cluster, as <c>host:port</c>, separated by commas.</param>
    /// <exception cref="ClientOptionsException">They are not written so.</exception>
    public LogBrokerClient(string bootstrapServers)
        : this(new ClientOptions
        {
            BootstrapServers = (bootstrapServers ?? "").Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        })
    {
    }

    /// <summary>A client with these options.</summary>
    /// <exception cref="ClientOptionsException">One of them cannot be worked with.</exception>
    public LogBrokerClient(ClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Cluster = new Cluster(options);
        Admin = new AdminClient(Cluster);
    }

    /// <summary>Topics, settings, groups and everything else that is administered.</summary>
    public AdminClient Admin { get; }

    /// <summary>The id brokers know this client by in the metrics it pushes to them (KIP-714); null while none has asked for any.</summary>
    public Guid? ClientInstanceId => Cluster.Telemetry.ClientInstanceId;

    internal Cluster Cluster { get; }

    /// <summary>Makes a producer.</summary>
    /// <typeparam name="TKey">The keys' type.</typeparam>
    /// <typeparam name="TValue">The values' type.</typeparam>
    /// <param name="options">How it works; null takes the defaults.</param>
    /// <param name="key">Writes keys; null takes the built-in one of the type.</param>
    /// <param name="value">Writes values; null takes the built-in one of the type.</param>
    /// <exception cref="ClientOptionsException">An option cannot be worked with, or a type has no built-in serializer.</exception>
    public Producer<TKey, TValue> CreateProducer<TKey, TValue>(
        ProducerOptions? options = null, ISerializer<TKey>? key = null, ISerializer<TValue>? value = null) =>
        ProducerFactory.Create(Cluster, options ?? new ProducerOptions(), key, value);

    /// <summary>Makes a consumer.</summary>
    /// <typeparam name="TKey">The keys' type.</typeparam>
    /// <typeparam name="TValue">The values' type.</typeparam>
    /// <param name="groupId">The group it shares topics with and that its offsets are committed for (<c>group.id</c>); null for a consumer that
    /// is told its partitions and commits nothing.</param>
    /// <param name="options">How it works; null takes the defaults.</param>
    /// <param name="key">Reads keys; null takes the built-in one of the type.</param>
    /// <param name="value">Reads values; null takes the built-in one of the type.</param>
    /// <exception cref="ClientOptionsException">An option cannot be worked with, or a type has no built-in deserializer.</exception>
    public Consumer<TKey, TValue> CreateConsumer<TKey, TValue>(
        string? groupId,
        ConsumerOptions? options = null,
        IDeserializer<TKey>? key = null,
        IDeserializer<TValue>? value = null) =>
        new(Cluster, groupId, options ?? new ConsumerOptions(), key, value);

    /// <summary>Makes a producer that writes in transactions.</summary>
    /// <typeparam name="TKey">The keys' type.</typeparam>
    /// <typeparam name="TValue">The values' type.</typeparam>
    /// <param name="transactionalId">The stream of transactions (<c>transactional.id</c>): the same after a restart, another for each
    /// producer that works at the same time.</param>
    /// <param name="options">How it works; null takes the defaults.</param>
    /// <param name="key">Writes keys; null takes the built-in one of the type.</param>
    /// <param name="value">Writes values; null takes the built-in one of the type.</param>
    /// <exception cref="ClientOptionsException">An option cannot be worked with, or a type has no built-in serializer.</exception>
    public TransactionalProducer<TKey, TValue> CreateTransactionalProducer<TKey, TValue>(
        string transactionalId, ProducerOptions? options = null, ISerializer<TKey>? key = null, ISerializer<TValue>? value = null) =>
        ProducerFactory.CreateTransactional(Cluster, transactionalId, options ?? new ProducerOptions(), key, value);

    /// <summary>Closes all connections.</summary>
    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
