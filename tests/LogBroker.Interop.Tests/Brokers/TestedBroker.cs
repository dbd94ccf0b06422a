namespace LogBroker.Interop.Tests.Brokers;

/// <summary>Starts the broker under test: ours, or Apache Kafka in its place.</summary>
internal static class TestedBroker
{
    /// <summary>Starts one on free ports.</summary>
    public static async Task<BrokerProcess> StartAsync(string directory, IReadOnlyDictionary<string, string>? settings = null)
    {
        settings ??= new Dictionary<string, string>();
        BrokerPorts ports = BrokerPorts.Find();
        ProcessCommand command = InteropEnvironment.TargetIsKafka
            ? BrokerCommand.Kafka(directory, ports, settings)
            : BrokerCommand.LogBroker(directory, ports, settings);
        var broker = new BrokerProcess(command, ports);
        try
        {
            await broker.StartAsync();
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }
}
