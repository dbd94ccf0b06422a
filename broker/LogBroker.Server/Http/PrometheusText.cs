using System.Globalization;
using System.Text;

namespace LogBroker.Server.Http;

/// <summary>The words and the syntax of Prometheus' text format 0.0.4, with names made from dotted ones as OpenTelemetry's
/// compatibility rules say: dots to underscores, the unit as a suffix, counters ending in <c>_total</c>.</summary>
internal static class PrometheusText
{
    /// <summary>The media type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The name of an instrument.</summary>
    public static string NameOf(string name, string? unit, MetricKind kind)
    {
        var text = new StringBuilder(ToIdentifier(name));
        string? suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => null,
        };
        if (suffix is not null && !text.ToString().EndsWith(suffix, StringComparison.Ordinal))
            text.Append(suffix);
        if (kind == MetricKind.Counter)
            text.Append("_total");
        return text.ToString();
    }

    /// <summary>Writes the lines before an instrument's samples.</summary>
    public static void WriteHeader(StringBuilder text, string name, string? help, MetricKind kind)
    {
        if (help is not null)
        {
            text.Append("# HELP ").Append(name).Append(' ')
                .Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal))
                .Append('\n');
        }
        text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
    }

    /// <summary>Tags as labels, without braces.</summary>
    public static string LabelsOf(TagSet set)
    {
        var text = new StringBuilder();
        foreach ((string key, object? value) in set.Tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(ToIdentifier(key)).Append("=\"");
            foreach (char c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
                text.Append(c switch { '\\' => @"\\", '"' => "\\\"", '\n' => @"\n", _ => c.ToString() });
            text.Append('"');
        }
        return text.ToString();
    }

    private static string ToIdentifier(string name) =>
        string.Concat(name.Select((c, i) => char.IsAsciiLetter(c) || c == '_' || (i > 0 && char.IsAsciiDigit(c)) ? c : '_'));
}
