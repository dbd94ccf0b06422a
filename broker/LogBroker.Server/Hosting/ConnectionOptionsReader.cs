using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace LogBroker.Server.Hosting;

/// <summary>Turns settings, those of the start or those in force, into bounds on connections.</summary>
/// <param name="valueOf">The text of a setting; null or empty where there is none.</param>
/// <param name="problems">Receives a sentence for each thing wrong.</param>
internal sealed class ConnectionOptionsReader(Func<string, string?> valueOf, ICollection<string> problems)
{
    /// <summary>Where nothing is set, requests under way may take this much of the memory the process has, and unread answers
    /// as much again.</summary>
    private static long QuarterOfMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    public ConnectionOptions Read(IEnumerable<string> listeners, DescriptorBudget descriptors)
    {
        ImmutableArray<string> names = [.. listeners];
        int requestBytesMax = Int32(LimitNames.RequestBytes);
        return new ConnectionOptions
        {
            ConnectionsMax = Int32(LimitNames.Connections),
            ConnectionsWithDescriptorMax = descriptors.ConnectionsMax,
            ConnectionsPerAddressMax = Int32(LimitNames.ConnectionsPerAddress),
            ConnectionsMaxByAddress = ReadOverrides(),
            ConnectionsMaxByListener = OfListeners(names, LimitNames.Connections),
            ConnectionsPerSecondMax = Int32(LimitNames.CreationRate),
            ConnectionsPerSecondMaxByListener = OfListeners(names, LimitNames.CreationRate),
            IdleTimeout = Milliseconds(LimitNames.IdleTime),
            ReceiveTimeout = Milliseconds(LimitNames.ReceiveTime),
            RequestBytesMax = requestBytesMax,
            QueuedBytesMax = ReadQueuedBytes(requestBytesMax),
            QueuedAnswerBytesMax = Int64(LimitNames.AnswerBytes) is > 0 and var bytes ? bytes : QuarterOfMemory,
            InFlightMax = Int32(LimitNames.InFlight),
            BufferedBytesMax = Int32(LimitNames.BufferedBytes),
            ListenBacklog = Int32("socket.listen.backlog.size"),
            SendBufferBytes = Int32("socket.send.buffer.bytes"),
            ReceiveBufferBytes = Int32("socket.receive.buffer.bytes"),
        };
    }

    private long ReadQueuedBytes(int requestBytesMax)
    {
        long bytes = Int64(LimitNames.QueuedBytes);
        if (bytes <= 0) return Math.Max(requestBytesMax, QuarterOfMemory);
        if (bytes < requestBytesMax)
        {
            problems.Add($"{LimitNames.QueuedBytes} is {bytes}, too small for a single request of " +
                $"{LimitNames.RequestBytes} ({requestBytesMax}).");
        }

        return bytes;
    }

    private ImmutableDictionary<string, int> ReadOverrides()
    {
        var overrides = ImmutableDictionary.CreateBuilder<string, int>();
        string text = valueOf(LimitNames.ConnectionsPerAddressOverrides) ?? "";
        foreach (string pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = pair.LastIndexOf(':');
            if (colon > 0
                && IPAddress.TryParse(pair[..colon].Trim('[', ']'), out IPAddress? address)
                && int.TryParse(pair[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int max))
                overrides[address.ToString()] = max;
            else
                problems.Add($"{LimitNames.ConnectionsPerAddressOverrides}: '{pair}' is not ADDRESS:NUMBER.");
        }
        return overrides.ToImmutable();
    }

    /// <summary>Those listeners that have a bound of their own; a listener without one has the setting's default.</summary>
    private ImmutableDictionary<string, int> OfListeners(ImmutableArray<string> listeners, string setting) =>
        listeners.ToImmutableDictionary(listener => listener, listener => Int32(LimitNames.OfListener(listener, setting)));

    private int Int32(string name) => (int)Int64(name);

    private long Int64(string name) => long.Parse(valueOf(name)!, NumberStyles.Integer, CultureInfo.InvariantCulture);

    private TimeSpan Milliseconds(string name)
    {
        long milliseconds = Int64(name);
        return milliseconds < 0 || milliseconds >= (long)TimeSpan.MaxValue.TotalMilliseconds
            ? TimeSpan.MaxValue
            : TimeSpan.FromMilliseconds(milliseconds);
    }
}
