using System.Collections.Immutable;
using System.Reflection;

namespace LogBroker.Metadata.Configs;

/// <summary>Reads the embedded <c>.configs</c> files: one setting a line, columns parted by <c>|</c>, <c>#</c> begins a
/// comment line. The columns are named in each file's second line.</summary>
internal static class ConfigDefinitionFile
{
    private const int Columns = 8;

    public static ImmutableArray<ConfigDefinition> Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Configs/{name}.configs")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    internal static ImmutableArray<ConfigDefinition> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(ParseLine)];

    private static ConfigDefinition ParseLine(string line)
    {
        var columns = line.Split('|', Columns, StringSplitOptions.TrimEntries);
        if (columns.Length != Columns) throw new FormatException($"Not {Columns} columns: {line}");
        return new ConfigDefinition
        {
            Name = columns[0],
            Type = Enum.Parse<ConfigType>(columns[1], ignoreCase: true),
            Default = columns[2] switch { "null" => null, "\"\"" => "", var value => value },
            Validator = ConfigValidator.Parse(columns[3]),
            UpdateMode = Enum.Parse<ConfigUpdateMode>(columns[4].Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            Synonyms = [.. columns[5].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            IsHonoured = columns[6] == "honoured",
            IsShownOnlyWhenSet = columns[6] is "internal" or "dynamic-only",
            Documentation = columns[7].Length == 0 ? null : columns[7],
        };
    }
}
