using Confluent.Kafka;

namespace LogBroker.ClientLoad;

/// <summary>Confluent.Kafka over librdkafka, idempotent as ours is by default, else with its own defaults.</summary>
internal sealed class ConfluentProduceClient : IProduceClient
{
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(1);

    private readonly IProducer<Confluent.Kafka.Null, byte[]> _producer;

    public ConfluentProduceClient(string bootstrap)
    {
        bool reports = Environment.GetEnvironmentVariable("CONFLUENT_REPORTS") != "0";
        var config = new ProducerConfig
        {
            BootstrapServers = bootstrap, Acks = Acks.All, EnableIdempotence = true, EnableDeliveryReports = reports,
        };
        _producer = new ProducerBuilder<Confluent.Kafka.Null, byte[]>(config).Build();
    }

    public async ValueTask EnqueueAsync(string topic, byte[] value)
    {
        while (!TryProduce(topic, value)) await Task.Delay(FullWait);
    }

    public async ValueTask ProduceAsync(string topic, byte[] value) =>
        await _producer.ProduceAsync(topic, new Message<Confluent.Kafka.Null, byte[]> { Value = value });

    public Task FlushAsync()
    {
        _producer.Flush(TimeSpan.FromMinutes(1));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _producer.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool TryProduce(string topic, byte[] value)
    {
        try
        {
            _producer.Produce(topic, new Message<Confluent.Kafka.Null, byte[]> { Value = value });
            return true;
        }
        catch (ProduceException<Confluent.Kafka.Null, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }
}
