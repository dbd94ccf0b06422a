using System.Collections.Immutable;

namespace LogBroker.Comparison;

/// <summary>Writes the results as a table in Markdown, with the differing fields of both answers below it.</summary>
internal static class Report
{
    private const int LongestValue = 400;

    public static void Write(
        TextWriter output, string left, string right, ImmutableArray<CaseResult> results, IEnumerable<string> unused)
    {
        output.WriteLine($"# {left} and {right}, asked the same");
        output.WriteLine();
        output.WriteLine(Counts(results));
        output.WriteLine();
        output.WriteLine($"| API | version | case | verdict | {left} | {right} |");
        output.WriteLine("|---|--:|---|---|---|---|");
        foreach (CaseResult result in results) output.WriteLine(Row(result));
        WriteDetails(output, "Different", left, right, results.Where(result => result.Verdict == Verdict.Different));
        WriteDetails(output, "Expected", left, right, results.Where(result => result.Verdict == Verdict.Expected));
        string[] lines = [.. unused];
        if (lines.Length == 0) return;
        output.WriteLine();
        output.WriteLine("## Expected, but not seen");
        output.WriteLine();
        foreach (string line in lines) output.WriteLine($"- {line}");
    }

    public static string Counts(ImmutableArray<CaseResult> results) =>
        $"{results.Length} cases: {Count(results, Verdict.Equal)} equal, {Count(results, Verdict.Expected)} different as"
        + $" expected, {Count(results, Verdict.Different)} different.";

    private static int Count(ImmutableArray<CaseResult> results, Verdict verdict) =>
        results.Count(result => result.Verdict == verdict);

    private static string Row(CaseResult result)
    {
        Comparison comparison = result.Case;
        string verdict = result.Verdict switch
        {
            Verdict.Equal => "EQUAL",
            Verdict.Expected => "EXPECTED",
            _ => "DIFFERENT",
        };
        return $"| {comparison.Api} | {comparison.Version} | {comparison.Name} | {verdict} | {result.Left.Summary()} |"
            + $" {result.Right.Summary()} |";
    }

    private static void WriteDetails(
        TextWriter output, string title, string left, string right, IEnumerable<CaseResult> results)
    {
        CaseResult[] shown = [.. results];
        if (shown.Length == 0) return;
        output.WriteLine();
        output.WriteLine($"## {title}");
        foreach (CaseResult result in shown)
        {
            output.WriteLine();
            output.WriteLine($"{result.Case.Api} v{result.Case.Version} {result.Case.Name}");
            output.WriteLine();
            foreach ((FieldDifference field, string? reason) in result.Differences)
            {
                output.WriteLine($"    {field.Path}{(reason is null ? "" : $"   ({reason})")}");
                output.WriteLine($"        {left}: {Short(field.Left)}");
                output.WriteLine($"        {right}: {Short(field.Right)}");
            }
        }
    }

    private static string Short(string? value) => value switch
    {
        null => "(absent)",
        { Length: > LongestValue } => $"{value[..LongestValue]}... ({value.Length} characters)",
        _ => value,
    };
}
