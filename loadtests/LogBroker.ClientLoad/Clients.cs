namespace LogBroker.ClientLoad;

/// <summary>The clients by name.</summary>
internal static class Clients
{
    public static IProduceClient Create(string name, string bootstrap) => name switch
    {
        "logbroker" => new LogBrokerProduceClient(bootstrap),
#if CONFLUENT
        "confluent" => new ConfluentProduceClient(bootstrap),
#endif
        _ => throw new ArgumentException($"There is no client {name}: confluent needs CONFLUENT_SOURCE at build time."),
    };

    /// <summary>A consumer by its client's name and the way to read.</summary>
    public static IConsumeClient CreateConsumer(string name, string mode, string bootstrap) => (name, mode) switch
    {
        ("logbroker", "read") => new LogBrokerConsumeClient(bootstrap, byBatch: false),
        ("logbroker", "batches") => new LogBrokerConsumeClient(bootstrap, byBatch: true),
#if CONFLUENT
        ("confluent", "read" or "batches") => new ConfluentConsumeClient(bootstrap),
#endif
        _ => throw new ArgumentException($"There is no client {name} with {mode}: confluent needs CONFLUENT_SOURCE at build time."),
    };
}
