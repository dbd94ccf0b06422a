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
}
