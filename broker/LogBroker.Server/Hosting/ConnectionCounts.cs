using System.Net;

namespace LogBroker.Server.Hosting;

/// <summary>How many connections are open: in all, by listener, by address.</summary>
/// <remarks>Thread safe; one lock, taken twice in a connection's life.</remarks>
internal sealed class ConnectionCounts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly Dictionary<string, int> _byListener = [];
    private int _count;

    /// <summary>Counts a connection, unless a bound forbids it.</summary>
    /// <returns>Null when it is let in; then <see cref="Leave"/> must follow once. Else the bound.</returns>
    public (string Setting, int Max)? TryEnter(IPAddress address, string listener, ConnectionOptions options)
    {
        lock (_lock)
        {
            if (FirstReached(address, listener, options) is { } reached) return reached;
            _count++;
            _byAddress[address] = _byAddress.GetValueOrDefault(address) + 1;
            _byListener[listener] = _byListener.GetValueOrDefault(listener) + 1;
            return null;
        }
    }

    public void Leave(IPAddress address, string listener)
    {
        lock (_lock)
        {
            _count--;
            _byListener[listener]--;
            if (--_byAddress[address] == 0) _byAddress.Remove(address);
        }
    }

    private (string Setting, int Max)? FirstReached(IPAddress address, string listener, ConnectionOptions options)
    {
        if (_count >= options.ConnectionsMax) return (LimitNames.Connections, options.ConnectionsMax);
        if (_count >= options.ConnectionsWithDescriptorMax) return (LimitNames.Descriptors, options.ConnectionsWithDescriptorMax);
        if (options.ConnectionsMaxByListener.TryGetValue(listener, out int maxHere) &&
            _byListener.GetValueOrDefault(listener) >= maxHere)
            return (LimitNames.OfListener(listener, LimitNames.Connections), maxHere);
        int fromAddress = _byAddress.GetValueOrDefault(address);
        if (!options.ConnectionsMaxByAddress.IsEmpty &&
            options.ConnectionsMaxByAddress.TryGetValue(address.ToString(), out int maxFrom))
            return fromAddress >= maxFrom ? (LimitNames.ConnectionsPerAddressOverrides, maxFrom) : null;
        return fromAddress >= options.ConnectionsPerAddressMax
            ? (LimitNames.ConnectionsPerAddress, options.ConnectionsPerAddressMax)
            : null;
    }
}
