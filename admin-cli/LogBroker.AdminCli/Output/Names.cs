using System.Globalization;

namespace LogBroker.AdminCli.Output;

/// <summary>Names in the form each output has them.</summary>
internal static class Names
{
    /// <summary>"high-watermark" as "highWatermark".</summary>
    public static string ToProperty(string hyphenated)
    {
        string[] words = hyphenated.Split('-');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    /// <summary>"high-watermark" as "HIGH-WATERMARK".</summary>
    public static string ToHeader(string hyphenated) => hyphenated.ToUpper(CultureInfo.InvariantCulture);
}
