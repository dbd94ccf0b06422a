using System.Globalization;
using System.Text;

namespace LogBroker.Server.Hosting;

/// <summary>Reads the <c>.properties</c> syntax that Kafka's configuration files are written in: comments with
/// <c>#</c> or <c>!</c>, separators <c>=</c>, <c>:</c> or white space, lines continued by a final backslash,
/// and backslash escapes. Text is UTF-8.</summary>
public static class PropertiesFile
{
    /// <summary>One entry and the line it starts on, counted from 1.</summary>
    public readonly record struct Entry(string Name, string Value, int Line);

    /// <summary>Entries in the order of the text. A name may occur twice; as in Kafka, the last one counts.</summary>
    public static IEnumerable<Entry> Parse(TextReader text)
    {
        int lineNumber = 0;
        while (text.ReadLine() is { } line)
        {
            int first = ++lineNumber;
            line = line.TrimStart();
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            while (EndsInContinuation(line))
            {
                string? next = text.ReadLine();
                line = line[..^1] + next?.TrimStart();
                lineNumber++;
                if (next is null)
                    break;
            }
            yield return Split(line, first);
        }
    }

    private static bool EndsInContinuation(string line)
    {
        int backslashes = line.Length - line.AsSpan().TrimEnd('\\').Length;
        return backslashes % 2 == 1;
    }

    private static Entry Split(string line, int lineNumber)
    {
        int end = 0;
        while (end < line.Length && !IsSeparator(line[end]))
            end += line[end] == '\\' ? 2 : 1;
        end = Math.Min(end, line.Length);
        ReadOnlySpan<char> rest = line.AsSpan(end).TrimStart();
        if (rest is [('=' or ':'), ..])
            rest = rest[1..];
        return new Entry(Unescape(line.AsSpan(0, end)), Unescape(rest.Trim()), lineNumber);
    }

    private static bool IsSeparator(char c) => c is '=' or ':' || char.IsWhiteSpace(c);

    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\'))
            return text.ToString();
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }
            if (++i == text.Length)
                break;
            if (text[i] == 'u' && i + 4 < text.Length && TryReadHex(text.Slice(i + 1, 4), out char code))
            {
                plain.Append(code);
                i += 4;
                continue;
            }
            plain.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var c => c });
        }
        return plain.ToString();
    }

    private static bool TryReadHex(ReadOnlySpan<char> digits, out char code)
    {
        bool isHex = ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value);
        code = (char)value;
        return isHex;
    }
}
