using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LogBroker.Server.Hosting;

/// <summary>One entry of <c>listeners</c>, <c>advertised.listeners</c> or <c>http.listeners</c>:
/// <c>NAME://host:port</c>, an IPv6 address in brackets, an empty host for all addresses, port 0 for a free one.</summary>
/// <param name="Name">The part before <c>://</c>, as written.</param>
/// <param name="Host">A name or an address without brackets; empty for all addresses.</param>
/// <param name="Port">0 to 65535.</param>
public readonly record struct ListenerAddress(string Name, string Host, int Port)
{
    /// <summary>Whether the host stands for every address of the machine.</summary>
    public bool IsAnyHost => Host is "" or "0.0.0.0" or "::";

    /// <summary>Reads the written form; false when it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ListenerAddress address)
    {
        address = default;
        int scheme = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (scheme <= 0)
            return false;
        string name = text![..scheme];
        string rest = text[(scheme + 3)..];
        int colon = rest.LastIndexOf(':');
        if (colon < 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            return false;
        if (!ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return false;
        string host = rest[..colon];
        if (host is ['[', .., ']'])
            host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal))
            return false;
        if (!host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':' or '%'))
            return false;
        address = new ListenerAddress(name, host, port);
        return true;
    }

    /// <summary>The written form.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"{Name}://[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Name}://{Host}:{Port}");
}
