using System.Globalization;

namespace LogBroker.Client.Connections;

/// <summary>A host and its port.</summary>
internal readonly record struct BrokerAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>, an IPv6 address in brackets, with or without a <c>PROTOCOL://</c> before it.</summary>
    public static bool TryParse(string? text, out BrokerAddress address)
    {
        address = default;
        if (text is null) return false;
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string rest = (scheme < 0 ? text : text[(scheme + 3)..]).Trim();
        int colon = rest.LastIndexOf(':');
        if (colon <= 0) return false;
        string host = rest[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':')) return false;
        bool isPort = int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= ushort.MaxValue;
        if (!isPort || host.Length == 0) return false;
        address = new BrokerAddress(host, port);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
