namespace LogBroker.Client.DependencyInjection.Configuration;

/// <summary>Brokers as one text.</summary>
internal static class ServerList
{
    /// <summary>Splits <c>a:9092, b:9092</c>.</summary>
    public static IReadOnlyList<string> Split(string servers) =>
        servers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
