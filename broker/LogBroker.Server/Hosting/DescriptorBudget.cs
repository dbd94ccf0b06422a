using System.Globalization;

namespace LogBroker.Server.Hosting;

/// <summary>Shares out the process's file descriptors, because the runtime aborts when it runs out of them.</summary>
/// <param name="Limit">What the system grants the process.</param>
/// <param name="SegmentHandlesMax">Segment and index files open at a time.</param>
/// <param name="ConnectionsMax">Connections at a time.</param>
public readonly record struct DescriptorBudget(int Limit, int SegmentHandlesMax, int ConnectionsMax)
{
    // For the runtime, its assemblies, the catalogue, HTTP and pipes; half of a small limit.
    private const int ReserveMax = 500;

    // More open files than this bring nothing: reopening a cold segment costs some 20 microseconds.
    private const int UsefulSegmentHandlesMax = 4096;

    /// <summary>Reads the process's limit. The runtime has raised it to the hard limit when it started.</summary>
    public static DescriptorBudget OfThisProcess()
    {
        const string limitsFile = "/proc/self/limits";
        const string row = "Max open files";
        if (File.Exists(limitsFile))
        {
            foreach (string line in File.ReadLines(limitsFile))
            {
                if (line.StartsWith(row, StringComparison.Ordinal) && SoftLimit(line[row.Length..]) is { } limit)
                    return Of(limit);
            }
        }
        return Of(1024);
    }

    /// <summary>Shares out a limit: a reserve, a quarter for files, the rest for connections.</summary>
    public static DescriptorBudget Of(int limit)
    {
        int free = limit - Math.Min(ReserveMax, limit / 2);
        int segmentHandles = Math.Min(UsefulSegmentHandlesMax, free / 4);
        return new DescriptorBudget(limit, segmentHandles, free - segmentHandles);
    }

    private static int? SoftLimit(string columns)
    {
        string soft = columns.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        if (soft == "unlimited")
            return int.MaxValue;
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : null;
    }
}
