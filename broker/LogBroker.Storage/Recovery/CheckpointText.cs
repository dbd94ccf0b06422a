using System.Globalization;
using System.Text;

namespace LogBroker.Storage.Recovery;

/// <summary>Apache Kafka's checkpoint files: a line with the version, one with the number of entries, one per entry.
/// </summary>
internal static class CheckpointText
{
    private const int Version = 0;

    public static byte[] Format(IReadOnlyCollection<string> entries)
    {
        var text = new StringBuilder();
        text.Append(Version).Append('\n').Append(entries.Count).Append('\n');
        foreach (string entry in entries) text.Append(entry).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads the entries.</summary>
    /// <returns>False when the file is damaged. An empty file has no entries: Apache Kafka makes such ones.</returns>
    public static bool TryParse(ReadOnlySpan<byte> content, out string[] entries)
    {
        entries = [];
        if (content.IsEmpty) return true;
        string[] lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2 || !IsNumber(lines[0], out int version) || version != Version) return false;
        if (!IsNumber(lines[1], out int count) || count != lines.Length - 2) return false;
        entries = lines[2..];
        return true;
    }

    private static bool IsNumber(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
