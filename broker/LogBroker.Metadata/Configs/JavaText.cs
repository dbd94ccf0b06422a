using System.Globalization;
using System.Text.RegularExpressions;

namespace LogBroker.Metadata.Configs;

/// <summary>Reads and writes values the way the Java platform does, so that settings mean here what they mean to Kafka.</summary>
internal static partial class JavaText
{
    /// <summary>Without the blanks and control characters at both ends.</summary>
    public static string Trim(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && text[start] <= ' ') start++;
        while (end > start && text[end - 1] <= ' ') end--;
        return text[start..end];
    }

    /// <summary>An optional sign and digits, within the range of the type.</summary>
    public static bool TryParseInteger(string text, long min, long max, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) &&
        value >= min && value <= max;

    public static bool TryParseDouble(string text, out double value)
    {
        value = 0;
        if (text.Length == 0) return false;
        var number = text[^1] is 'd' or 'D' or 'f' or 'F' && !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? text[..^1]
            : text;
        switch (number)
        {
            case "NaN" or "+NaN" or "-NaN":
                value = double.NaN;
                return text == number;
            case "Infinity" or "+Infinity":
                value = double.PositiveInfinity;
                return text == number;
            case "-Infinity":
                value = double.NegativeInfinity;
                return text == number;
        }

        if (HexDouble().Match(text) is { Success: true } hex) return TryParseHex(hex, out value);
        return DecimalDouble().IsMatch(number) &&
            double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The shortest digits that read back as the same number, with at least one after the point; with an exponent
    /// outside [0.001, 10,000,000).</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "Infinity" : "-Infinity";
        if (value == 0) return double.IsNegative(value) ? "-0.0" : "0.0";
        double size = Math.Abs(value);
        if (size is >= 1e-3 and < 1e7)
        {
            var plain = value.ToString("0.0###################", CultureInfo.InvariantCulture);
            return plain;
        }

        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        var digits = new string([.. shortest.TakeWhile(c => c != 'E').Where(char.IsAsciiDigit)]).Trim('0');
        var rest = digits.Length > 1 ? digits[1..] : "0";
        return $"{(value < 0 ? "-" : "")}{digits[0]}.{rest}E{exponent.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>An ISO-8601 duration of days, hours, minutes and seconds, each part of which may have a sign.</summary>
    public static bool TryParseDuration(string text, out decimal seconds)
    {
        seconds = 0;
        if (Duration().Match(text) is not { Success: true } match || match.Groups["time"].Value is "T" or "t") return false;
        (string Name, int Seconds)[] units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
        bool any = false;
        foreach (var (name, factor) in units)
        {
            if (match.Groups[name] is not { Success: true } part) continue;
            if (!decimal.TryParse(part.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)) return false;
            seconds += number * factor;
            any = true;
        }

        if (match.Groups["sign"].Value == "-") seconds = -seconds;
        return any;
    }

    private static bool TryParseHex(Match hex, out double value)
    {
        value = 0;
        double size = 0;
        foreach (char digit in hex.Groups["int"].Value) size = (size * 16) + Convert.ToInt32(digit.ToString(), 16);
        double place = 1;
        foreach (char digit in hex.Groups["fraction"].Value) size += Convert.ToInt32(digit.ToString(), 16) * (place /= 16);
        if (!int.TryParse(hex.Groups["exp"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int power))
            return false;
        value = Math.ScaleB(hex.Groups["sign"].Value == "-" ? -size : size, power);
        return true;
    }

    [GeneratedRegex(@"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")]
    private static partial Regex DecimalDouble();

    [GeneratedRegex(@"^(?<sign>[+-]?)0[xX](?<int>[0-9a-fA-F]*)\.?(?<fraction>[0-9a-fA-F]*)[pP](?<exp>[+-]?\d+)[dDfF]?$")]
    private static partial Regex HexDouble();

    [GeneratedRegex(
        @"^(?<sign>[+-]?)P((?<d>[+-]?\d+)D)?(?<time>T((?<h>[+-]?\d+)H)?((?<m>[+-]?\d+)M)?((?<s>[+-]?\d+([.,]\d{0,9})?)S)?)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
