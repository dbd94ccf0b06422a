using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace LogBroker.AdminCli.Doctor;

/// <summary>Which processes of this machine listen at which TCP ports, as Linux tells of those this user may look at.</summary>
internal static class LocalListeners
{
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    private const string Listening = "0A";
    private const int StateField = 3;
    private const int InodeField = 9;

    /// <summary>Whether an address is one of this machine.</summary>
    public static bool AreOf(DnsEndPoint server)
    {
        if (server.Host == "localhost") return true;
        return IPAddress.TryParse(server.Host, out IPAddress? address)
            ? IPAddress.IsLoopback(address) || Own().Contains(address)
            : server.Host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>All that can be seen; none where the system does not tell.</summary>
    public static IReadOnlyList<ListeningProcess> Find()
    {
        if (!OperatingSystem.IsLinux()) return [];
        Dictionary<string, int> ports = PortsBySocket();
        return [.. Directory.EnumerateDirectories("/proc").Select(process => Of(process, ports)).OfType<ListeningProcess>()];
    }

    private static IEnumerable<IPAddress> Own() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address);

    /// <summary>A line a socket: its address and port in hexadecimal, its state, its inode.</summary>
    private static Dictionary<string, int> PortsBySocket()
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string table in Tables.Where(File.Exists))
        {
            foreach (string[] fields in File.ReadLines(table).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                if (fields.Length > InodeField && fields[StateField] == Listening)
                    ports[$"socket:[{fields[InodeField]}]"] = int.Parse(fields[1].AsSpan(fields[1].LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }
        return ports;
    }

    private static ListeningProcess? Of(string process, Dictionary<string, int> ports)
    {
        try
        {
            if (!int.TryParse(Path.GetFileName(process), out int id)) return null;
            int[] found =
            [
                .. Directory.EnumerateFiles($"{process}/fd").Select(open => new FileInfo(open).LinkTarget)
                    .Where(open => open is not null && ports.ContainsKey(open)).Select(open => ports[open!]).Distinct(),
            ];
            return found.Length > 0 ? new ListeningProcess(id, File.ReadAllText($"{process}/comm").TrimEnd(), found) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended meanwhile, or is somebody else's.
            return null;
        }
    }
}

/// <summary>A process that listens.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">The first 15 letters of its program's name.</param>
/// <param name="Ports">Where.</param>
internal sealed record ListeningProcess(int Id, string Name, IReadOnlyList<int> Ports)
{
    /// <summary>The kernel keeps 15 letters of a program's name.</summary>
    public const string BrokerName = "logbroker-serve";

    public bool IsBroker => Name == BrokerName;

    public override string ToString() => $"process {Id} ({Name})";
}
