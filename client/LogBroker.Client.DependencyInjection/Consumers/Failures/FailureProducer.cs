using LogBroker.Client.DependencyInjection.Consumers.Reading;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>The producer that writes what hosted consumers of a client put aside, made with the first such record.</summary>
/// <remarks>A singleton for each client; the host closes it after the consumers have stopped.</remarks>
/// <param name="client">The client.</param>
/// <param name="defaults">What the host says for all producers of the client. Whatever that is, copies are on all replicas in sync before
/// they count as written, and as large as what was read: brokers judge that.</param>
internal sealed class FailureProducer(LogBrokerClient client, ProducerOptions defaults) : IAsyncDisposable
{
    // Well below what brokers take for one request (socket.request.max.bytes).
    private const int RecordBytesMax = 64 * 1024 * 1024;

    private readonly Lazy<Producer<RawBytes, RawBytes>> _producer = new(() => client.CreateProducer(
        defaults with
        {
            Acks = Acks.All,
            EnableIdempotence = null,
            RequestSizeBytesMax = RecordBytesMax,
            BufferMemoryBytes = Math.Max(defaults.BufferMemoryBytes, 2L * RecordBytesMax),
        },
        RawBytesFormat.Instance,
        RawBytesFormat.Instance));

    /// <summary>Writes a record, and waits until all replicas in sync have it.</summary>
    /// <exception cref="ProduceException">It was not written.</exception>
    public ValueTask<RecordMetadata> ProduceAsync(
        ProducerRecord<RawBytes, RawBytes> record, CancellationToken cancellationToken) =>
        _producer.Value.ProduceAsync(record, cancellationToken);

    public ValueTask DisposeAsync() => _producer.IsValueCreated ? _producer.Value.DisposeAsync() : ValueTask.CompletedTask;
}
