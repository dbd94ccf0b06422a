namespace LogBroker.Interop.Tests.Brokers;

/// <summary>The settings brokers of these tests run with, all of them Kafka's keys.</summary>
internal static class BrokerSettings
{
    /// <summary>No topic appears by accident, and one number differs from its default.</summary>
    public static IReadOnlyDictionary<string, string> ForTests { get; } = new Dictionary<string, string>
    {
        ["auto.create.topics.enable"] = "false",
        ["num.partitions"] = "2",
    };
}
