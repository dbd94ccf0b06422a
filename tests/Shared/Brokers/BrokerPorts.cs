namespace LogBroker.Tests.Brokers;

/// <summary>Two neighbouring free ports of the loopback address: the broker's, and one for HTTP or Kafka's controller.</summary>
internal readonly record struct BrokerPorts(int Kafka)
{
    public int Other => Kafka + 1;

    public static BrokerPorts Find() => new(LoopbackPort.FindFree());
}
