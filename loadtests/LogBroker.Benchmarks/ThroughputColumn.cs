using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace LogBroker.Benchmarks;

/// <summary>GB/s, for the benchmarks that say by an <see cref="IThroughput"/> how many bytes one operation works through.
/// </summary>
public sealed class ThroughputColumn : IColumn
{
    public string Id => nameof(ThroughputColumn);

    public string ColumnName => "GB/s";

    public string Legend => "Bytes worked through per second, uncompressed, in 10^9";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Metric;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var instance = Activator.CreateInstance(benchmarkCase.Descriptor.Type) as IThroughput;
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        if (instance is null || nanoseconds is null) return "-";
        foreach (var parameter in benchmarkCase.Parameters.Items)
            instance.GetType().GetProperty(parameter.Name)?.SetValue(instance, parameter.Value);
        return (instance.BytesPerOperation / nanoseconds.Value).ToString("F2", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}

/// <summary>A benchmark whose figure is a rate of bytes; known once its parameters are set.</summary>
public interface IThroughput
{
    long BytesPerOperation { get; }
}
