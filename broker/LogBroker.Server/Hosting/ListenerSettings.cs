using System.Collections.Immutable;

namespace LogBroker.Server.Hosting;

/// <summary>Turns the settings about listeners into listeners, by Kafka's rules, and gathers what is wrong with them.</summary>
/// <param name="settings">The settings.</param>
/// <param name="problems">Receives a sentence for each thing wrong.</param>
internal sealed class ListenerSettings(BrokerSettings settings, ICollection<string> problems)
{
    /// <summary>The doors for the Kafka protocol; controller listeners of a Kafka file are left out, because this broker
    /// needs no controller.</summary>
    public ImmutableArray<BrokerListener> ReadListeners()
    {
        ImmutableHashSet<string> controllers = [.. settings.List("controller.listener.names").Select(ToName)];
        ImmutableArray<ListenerAddress> addresses =
            [.. Addresses("listeners").Where(address => !controllers.Contains(address.Name))];
        RequireDistinct("listeners", addresses);
        if (addresses.IsEmpty && problems.Count == 0)
            problems.Add("listeners: at least one listener that is not a controller's is needed.");

        bool isAdvertisedGiven = settings.Text("advertised.listeners") is not null;
        ImmutableArray<ListenerAddress> advertised = isAdvertisedGiven ? Addresses("advertised.listeners") : addresses;
        RequireAdvertisable(advertised, addresses, isAdvertisedGiven);

        ImmutableDictionary<string, SecurityProtocol> protocols = ReadProtocolMap();
        return [.. addresses.Select(address => new BrokerListener(
            address, Find(advertised, address.Name), ProtocolOf(address.Name, protocols)))];
    }

    /// <summary>The doors for HTTP.</summary>
    public ImmutableArray<ListenerAddress> ReadHttpListeners()
    {
        ImmutableArray<ListenerAddress> addresses = Addresses("http.listeners", isNameKept: true);
        foreach (ListenerAddress address in addresses.Where(address => address.Name != "http"))
            problems.Add($"http.listeners: {address} must start with http://.");
        return addresses;
    }

    private ImmutableArray<ListenerAddress> Addresses(string setting, bool isNameKept = false)
    {
        var addresses = ImmutableArray.CreateBuilder<ListenerAddress>();
        foreach (string text in settings.List(setting))
        {
            if (ListenerAddress.TryParse(text, out ListenerAddress address))
                addresses.Add(isNameKept ? address : address with { Name = ToName(address.Name) });
            else
                problems.Add($"{setting}: '{text}' is not of the form NAME://host:port.");
        }
        return addresses.ToImmutable();
    }

    private void RequireDistinct(string setting, ImmutableArray<ListenerAddress> addresses)
    {
        foreach (IGrouping<string, ListenerAddress> twice in addresses.GroupBy(a => a.Name).Where(g => g.Count() > 1))
            problems.Add($"{setting}: the listener name {twice.Key} is used more than once.");
        foreach (var twice in addresses.Where(a => a.Port != 0).GroupBy(a => (a.Host, a.Port)).Where(g => g.Count() > 1))
            problems.Add($"{setting}: port {twice.Key.Port} is used more than once on the same host.");
    }

    private void RequireAdvertisable(
        ImmutableArray<ListenerAddress> advertised, ImmutableArray<ListenerAddress> listeners, bool isGiven)
    {
        foreach (ListenerAddress address in advertised)
        {
            if (address.Host is "0.0.0.0" or "::")
            {
                problems.Add($"{(isGiven ? "advertised.listeners" : "listeners")}: clients cannot connect to {address.Host}; " +
                    "name a host or an address that they can reach in advertised.listeners.");
            }
            if (isGiven && Find(listeners, address.Name) is null)
                problems.Add($"advertised.listeners: there is no listener named {address.Name} in listeners.");
        }
    }

    private ImmutableDictionary<string, SecurityProtocol> ReadProtocolMap()
    {
        var map = ImmutableDictionary.CreateBuilder<string, SecurityProtocol>();
        foreach (string pair in settings.List("listener.security.protocol.map"))
        {
            if (pair.Split(':', StringSplitOptions.TrimEntries) is [var name, var text] && TryParseProtocol(text, out var protocol))
                map[ToName(name)] = protocol;
            else
                problems.Add($"listener.security.protocol.map: '{pair}' is not NAME:PROTOCOL with a protocol of " +
                    "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.");
        }
        return map.ToImmutable();
    }

    private SecurityProtocol ProtocolOf(string listener, ImmutableDictionary<string, SecurityProtocol> map)
    {
        if (!map.TryGetValue(listener, out SecurityProtocol protocol) && !TryParseProtocol(listener, out protocol))
        {
            problems.Add($"listeners: {listener} has no security protocol; add {listener}:PLAINTEXT or another to " +
                "listener.security.protocol.map.");
        }
        else if (protocol != SecurityProtocol.Plaintext)
        {
            problems.Add($"listeners: {listener} wants {protocol.ToString().ToUpperInvariant()}, which this version does " +
                "not serve yet; use PLAINTEXT.");
        }
        return protocol;
    }

    private static bool TryParseProtocol(string text, out SecurityProtocol protocol) =>
        Enum.TryParse(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out protocol);

    private static ListenerAddress? Find(ImmutableArray<ListenerAddress> addresses, string name)
    {
        foreach (ListenerAddress address in addresses)
        {
            if (address.Name == name)
                return address;
        }
        return null;
    }

    private static string ToName(string name) => name.Trim().ToUpperInvariant();
}
