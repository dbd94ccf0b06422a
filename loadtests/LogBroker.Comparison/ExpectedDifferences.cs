using System.Collections.Immutable;
using System.IO.Enumeration;

namespace LogBroker.Comparison;

/// <summary>The differences that have a reason, one a line: API, version, case, field path, then <c>#</c> and the reason;
/// <c>*</c> stands for anything, and <c>-</c> before a path for a field that LogBroker's answer does not have.</summary>
internal sealed class ExpectedDifferences
{
    private const int Columns = 4;
    private const char Absent = '-';

    private readonly ImmutableArray<Line> _lines;
    private readonly HashSet<Line> _used = [];

    private ExpectedDifferences(ImmutableArray<Line> lines) => _lines = lines;

    /// <exception cref="FormatException">A line is not of that form.</exception>
    public static ExpectedDifferences Load(string file) => new([.. File.ReadLines(file).SelectMany(Parse)]);

    public string? ReasonFor(Comparison comparison, FieldDifference difference)
    {
        foreach (Line line in _lines)
        {
            if (!line.Matches(comparison, difference)) continue;
            _used.Add(line);
            return line.Reason;
        }

        return null;
    }

    /// <summary>The lines that nothing needed: a difference that is gone, or one that a case no longer reaches.</summary>
    public IEnumerable<string> Unused() => _lines.Where(line => !_used.Contains(line)).Select(line => line.Text);

    private static IEnumerable<Line> Parse(string text)
    {
        if (text.Length == 0 || text[0] == '#') yield break;
        string[] halves = text.Split(" # ", 2);
        string[] columns = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (halves.Length != 2 || columns.Length != Columns || halves[1].Trim().Length == 0)
            throw new FormatException($"Expected 'api version case path # reason', not: {text}");
        yield return new Line(text, columns[0], columns[1], columns[2], columns[3], halves[1].Trim());
    }

    private sealed record Line(string Text, string Api, string Version, string Case, string Path, string Reason)
    {
        public bool Matches(Comparison comparison, FieldDifference difference) =>
            IsLike(Api, comparison.Api.ToString()) && IsLike(Version, $"{comparison.Version}")
            && IsLike(Case, comparison.Name) && (Path[0] == Absent
                ? difference.Right is null && IsLike(Path[1..], difference.Path)
                : IsLike(Path, difference.Path));

        private static bool IsLike(string pattern, string text) =>
            FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
    }
}
