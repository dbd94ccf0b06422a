using System.Globalization;
using System.Text;

namespace LogBroker.Server.Http;

/// <summary>The state of one instrument with one set of tags. Updates take no lock.</summary>
/// <param name="bounds">Upper bounds of a histogram's buckets, ascending; empty for the other kinds.</param>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly long[] _buckets = new long[bounds.Length == 0 ? 0 : bounds.Length + 1];
    private double _value;

    /// <summary>Adds to a sum.</summary>
    public void Add(double amount)
    {
        double seen = Volatile.Read(ref _value);
        while (true)
        {
            double before = Interlocked.CompareExchange(ref _value, seen + amount, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }

    /// <summary>Replaces the value.</summary>
    public void Set(double value) => Volatile.Write(ref _value, value);

    /// <summary>Counts one value of a histogram.</summary>
    public void Observe(double value)
    {
        int index = Array.BinarySearch(bounds, value);
        Interlocked.Increment(ref _buckets[index < 0 ? ~index : index]);
        Add(value);
    }

    /// <summary>Writes the sample lines.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">The instrument's name.</param>
    /// <param name="labels">The tags in Prometheus' form without braces, or empty.</param>
    public void WriteTo(StringBuilder text, string name, string labels)
    {
        if (_buckets.Length == 0)
        {
            WriteLine(text, name, labels, Volatile.Read(ref _value));
            return;
        }
        string separator = labels.Length == 0 ? "" : ",";
        long total = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            total += Volatile.Read(ref _buckets[i]);
            string bound = i < bounds.Length ? bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            WriteLine(text, name + "_bucket", $"{labels}{separator}le=\"{bound}\"", total);
        }
        WriteLine(text, name + "_sum", labels, Volatile.Read(ref _value));
        WriteLine(text, name + "_count", labels, total);
    }

    private static void WriteLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        }).Append('\n');
    }
}
