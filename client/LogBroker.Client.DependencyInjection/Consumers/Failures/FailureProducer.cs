using LogBroker.Client.DependencyInjection.Consumers.Reading;

namespace LogBroker.Client.DependencyInjection.Consumers.Failures;

/// <summary>The producer that writes what hosted consumers of a client put aside, made with the first such record.</summary>
/// <remarks>A singleton for each client; the host closes it after the consumers have stopped.</remarks>
internal sealed class FailureProducer(LogBrokerClient client) : IAsyncDisposable
{
    private readonly Lazy<Producer<RawBytes, RawBytes>> _producer =
        new(() => client.CreateProducer(new ProducerOptions(), RawBytesFormat.Instance, RawBytesFormat.Instance));

    /// <summary>Writes a record, and waits until all replicas have it.</summary>
    /// <exception cref="ProduceException">It was not written.</exception>
    public ValueTask<RecordMetadata> ProduceAsync(
        ProducerRecord<RawBytes, RawBytes> record, CancellationToken cancellationToken) =>
        _producer.Value.ProduceAsync(record, cancellationToken);

    public ValueTask DisposeAsync() => _producer.IsValueCreated ? _producer.Value.DisposeAsync() : ValueTask.CompletedTask;
}
