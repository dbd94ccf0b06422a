using System.Net;
using LogBroker.AdminCli.Clusters;
using LogBroker.Client;

namespace LogBroker.AdminCli.Profiles;

/// <summary>Compares lists of servers as users write them: host:port, separated by commas.</summary>
internal static class ServerList
{
    private static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "::1"];

    /// <summary>Whether one list has all of another.</summary>
    public static bool Holds(string all, string some) => Of(some).IsSubsetOf(Of(all));

    /// <summary>Whether two lists have a server in common.</summary>
    public static bool Meet(string one, string other) => Of(one).Overlaps(Of(other));

    private static HashSet<string> Of(string servers) => new(
        servers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Spelt), StringComparer.OrdinalIgnoreCase);

    /// <summary>One way of writing for each server.</summary>
    private static string Spelt(string server)
    {
        if (!ClientOptions.TryParseServer(server, out DnsEndPoint? address)) return server;
        return ThisMachine.Contains(address.Host, StringComparer.OrdinalIgnoreCase) ? $"{ThisMachine[0]}:{address.Port}" : BootstrapProbe.NameOf(address);
    }
}
