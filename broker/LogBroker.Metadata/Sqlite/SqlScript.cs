using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace LogBroker.Metadata.Sqlite;

/// <summary>The SQL files embedded beside this class: numbered ones make and change the schema, in the order of their
/// numbers; <c>statements.sql</c> holds the statements by name.</summary>
internal static class SqlScript
{
    private const string Folder = "Sqlite/";
    private const string NameMark = "-- name: ";

    /// <summary>The schema files: number (which becomes the schema version once the file has run) and text, ascending.</summary>
    public static IReadOnlyList<(int Version, string Text)> SchemaFiles() =>
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && char.IsAsciiDigit(name[Folder.Length]))
            .Select(name => (Version: VersionOf(name), Text: Load(name)))
            .OrderBy(file => file.Version)];

    /// <summary>The statements of <c>statements.sql</c> by name.</summary>
    public static FrozenDictionary<string, string> Statements() =>
        Load(Folder + "statements.sql").Split(NameMark).Skip(1)
            .Select(part => part.Split('\n', 2))
            .ToFrozenDictionary(lines => lines[0].Trim(), lines => lines[1].Trim());

    private static int VersionOf(string name)
    {
        var file = name[Folder.Length..];
        return int.Parse(file[..file.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private static string Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
