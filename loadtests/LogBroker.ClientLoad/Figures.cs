using System.Globalization;

namespace LogBroker.ClientLoad;

/// <summary>What a run cost.</summary>
/// <param name="Records">Records delivered.</param>
/// <param name="Elapsed">From the first to the last being delivered.</param>
/// <param name="Cpu">Processor time of this process.</param>
/// <param name="AllocatedBytes">Managed memory allocated.</param>
internal sealed record Figures(long Records, TimeSpan Elapsed, TimeSpan Cpu, long AllocatedBytes)
{
    /// <summary>Records a second, CPU seconds per million records, bytes allocated per record.</summary>
    public string ToLine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Records / Elapsed.TotalSeconds:F0}\t{Cpu.TotalSeconds / Records * 1e6:F3}\t{(double)AllocatedBytes / Records:F1}");
}
