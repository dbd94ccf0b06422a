namespace LogBroker.Server.Hosting;

/// <summary>The metrics of the rooms behind the wire.</summary>
internal sealed record BrokerMetrics(StorageMetrics Storage, GroupMetrics Groups);
