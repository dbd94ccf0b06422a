using LogBroker.Client;

namespace LogBroker.ClientLoad;

/// <summary>Our own client.</summary>
internal sealed class LogBrokerProduceClient : IProduceClient
{
    private readonly LogBrokerClient _client;
    private readonly Producer<Null, byte[]> _producer;

    public LogBrokerProduceClient(string bootstrap)
    {
        _client = new LogBrokerClient(bootstrap);
        _producer = _client.CreateProducer<Null, byte[]>(Options());
    }

    public ValueTask EnqueueAsync(string topic, byte[] value) => _producer.EnqueueAsync(topic, default, value);

    public async ValueTask ProduceAsync(string topic, byte[] value) => await _producer.ProduceAsync(topic, default, value);

    public Task FlushAsync() => _producer.FlushAsync();

    public async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
    }

    private static ProducerOptions Options()
    {
        var options = new ProducerOptions();
        return Environment.GetEnvironmentVariable("BATCH_BYTES") is { Length: > 0 } bytes
            ? options with { BatchSizeBytes = int.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture) }
            : options;
    }
}
