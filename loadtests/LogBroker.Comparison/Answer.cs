using System.Collections.Immutable;

namespace LogBroker.Comparison;

/// <summary>What a broker did with a request, as fields by path, with what must differ between brokers made equal.</summary>
internal sealed record Answer(ImmutableArray<AnswerField> Fields)
{
    /// <summary>The path of what is not a field: no answer, a closed connection.</summary>
    public const string OutcomePath = "outcome";

    public static Answer Of(string outcome) => new([new AnswerField(OutcomePath, outcome)]);

    /// <summary>The answer in a few words: its outcome, or the error codes in it.</summary>
    public string Summary()
    {
        if (Fields is [{ Path: OutcomePath } only]) return only.Value;
        string[] errors =
        [
            .. Fields.Where(field => field.Path.EndsWith("ErrorCode", StringComparison.Ordinal))
                .Select(field => field.Value).Distinct(),
        ];
        return errors.Length == 0 ? "answered" : string.Join(", ", errors);
    }

    /// <summary>The fields in which two answers differ; a field that one of them lacks has no value there.</summary>
    public static ImmutableArray<FieldDifference> Compare(Answer left, Answer right)
    {
        var leftValues = left.Fields.ToDictionary(field => field.Path, field => field.Value, StringComparer.Ordinal);
        var rightValues = right.Fields.ToDictionary(field => field.Path, field => field.Value, StringComparer.Ordinal);
        return
        [
            .. left.Fields.Concat(right.Fields).Select(field => field.Path).Distinct(StringComparer.Ordinal)
                .Select(path => new FieldDifference(
                    path, leftValues.GetValueOrDefault(path), rightValues.GetValueOrDefault(path)))
                .Where(difference => difference.Left != difference.Right),
        ];
    }
}

/// <summary>One field of an answer, such as <c>Topics[orders].Partitions[0].ErrorCode</c>.</summary>
internal readonly record struct AnswerField(string Path, string Value);

internal readonly record struct FieldDifference(string Path, string? Left, string? Right);
