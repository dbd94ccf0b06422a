using System.Globalization;
using System.Text;

namespace LogBroker.AdminCli.Output;

/// <summary>Text of others' making, for a terminal: names and records may hold what moves its cursor, names its window or fills its clipboard.
/// That is told, not done.</summary>
internal static class TerminalText
{
    /// <summary>As one line.</summary>
    public static string OneLine(string text) => Told(text, isKept: static _ => false);

    /// <summary>As the lines it has.</summary>
    public static string Lines(string text) => Told(text, isKept: static letter => letter == '\n');

    private static string Told(string text, Func<char, bool> isKept)
    {
        if (!text.Any(char.IsControl)) return text;
        var told = new StringBuilder(text.Length + 8);
        foreach (char letter in text)
        {
            if (!char.IsControl(letter) || isKept(letter)) told.Append(letter);
            else if (letter is '\n' or '\r' or '\t') told.Append(letter switch { '\n' => "\\n", '\r' => "\\r", _ => "\\t" });
            else told.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
        }
        return told.ToString();
    }
}
