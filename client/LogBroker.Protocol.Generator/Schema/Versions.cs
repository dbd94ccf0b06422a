using System;
using System.Globalization;

namespace LogBroker.Protocol.Generator.Schema;

/// <summary>A range of versions of a message, both ends inclusive; written <c>3+</c>, <c>3-12</c>, <c>5</c> or
/// <c>none</c>.</summary>
internal readonly record struct Versions(int Lowest, int Highest)
{
    /// <summary>The end of a range that is open at the top.</summary>
    public const int Open = short.MaxValue;

    public static readonly Versions None = new(Open, -1);

    public bool IsEmpty => Lowest > Highest;

    public bool Contains(int version) => version >= Lowest && version <= Highest;

    public Versions Intersect(Versions other) =>
        new(Math.Max(Lowest, other.Lowest), Math.Min(Highest, other.Highest));

    /// <summary>The smallest range that holds both.</summary>
    public Versions Hull(Versions other)
    {
        if (IsEmpty) return other;
        if (other.IsEmpty) return this;
        return new(Math.Min(Lowest, other.Lowest), Math.Max(Highest, other.Highest));
    }

    public bool Covers(Versions other) => other.Lowest >= Lowest && other.Highest <= Highest;

    public static bool TryParse(string text, out Versions versions)
    {
        versions = None;
        if (text == "none") return true;
        string low = text, high = text;
        int dash = text.IndexOf('-');
        if (dash > 0)
        {
            low = text.Substring(0, dash);
            high = text.Substring(dash + 1);
        }
        else if (text.Length > 0 && text[text.Length - 1] == '+')
        {
            low = text.Substring(0, text.Length - 1);
            high = Open.ToString(CultureInfo.InvariantCulture);
        }
        if (!TryParseVersion(low, out int lowest) || !TryParseVersion(high, out int highest)) return false;
        versions = new Versions(lowest, highest);
        return !versions.IsEmpty;
    }

    public override string ToString() =>
        IsEmpty ? "none"
        : Highest == Open ? $"{Lowest}+"
        : Highest == Lowest ? $"{Lowest}"
        : $"{Lowest}-{Highest}";

    private static bool TryParseVersion(string text, out int version) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version <= Open;
}
