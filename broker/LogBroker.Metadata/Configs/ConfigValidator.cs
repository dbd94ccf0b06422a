using System.Collections.Immutable;
using System.Globalization;

namespace LogBroker.Metadata.Configs;

/// <summary>Which values of the right type a setting takes, with Kafka's words for those it does not.</summary>
public abstract class ConfigValidator
{
    /// <summary>Takes everything.</summary>
    public static readonly ConfigValidator Any = new AnyValidator();

    /// <summary>The whole message for a value that is not taken; null if it is.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">A <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="string"/> or
    /// <see cref="ImmutableArray{T}"/> of strings.</param>
    internal abstract string? Check(string name, object value);

    /// <summary>From the text of the column "valid" in a definition file.</summary>
    internal static ConfigValidator Parse(string text) => text switch
    {
        "" => Any,
        "non-empty" => new NonEmptyValidator(),
        // A null never gets as far as a validator here.
        "non-null" => Any,
        "gzip level" => new GzipLevelValidator(),
        "throttled replicas" => new ThrottledReplicasValidator(),
        "offset reset or duration" => new OffsetResetValidator(),
        "quorum voters" => new QuorumVotersValidator(),
        "quorum servers" => new QuorumServersValidator(),
        _ when After(text, "one of (any case) ") is { } options => new OneOfValidator(Options(options), ignoreCase: true),
        _ when After(text, "one of ") is { } options => new OneOfValidator(Options(options), ignoreCase: false),
        "list" => new ListValidator([], isEmptyAllowed: true),
        "non-empty list" => new ListValidator([], isEmptyAllowed: false),
        _ when After(text, "list of ") is { } options => new ListValidator(Options(options), isEmptyAllowed: true),
        _ when After(text, "non-empty list of ") is { } options => new ListValidator(Options(options), isEmptyAllowed: false),
        _ => RangeValidator.ParseRange(text),
    };

    private protected static string Invalid(string name, string value, string why) =>
        $"Invalid value {value} for configuration {name}: {why}";

    private static string? After(string text, string start) =>
        text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : null;

    private static ImmutableArray<string> Options(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries)];

    private sealed class AnyValidator : ConfigValidator
    {
        internal override string? Check(string name, object value) => null;
    }

    private sealed class NonEmptyValidator : ConfigValidator
    {
        internal override string? Check(string name, object value) =>
            value is "" ? Invalid(name, "", "String must be non-empty") : null;
    }

    private sealed class GzipLevelValidator : ConfigValidator
    {
        internal override string? Check(string name, object value) => value is long and not (-1 or (>= 1 and <= 9))
            ? Invalid(name, $"{value}", "Value must be between 1 and 9 or equal to -1")
            : null;
    }

    private sealed class OneOfValidator(ImmutableArray<string> options, bool ignoreCase) : ConfigValidator
    {
        internal override string? Check(string name, object value)
        {
            var comparer = ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
            if (options.Contains((string)value, comparer)) return null;
            var why = ignoreCase ? "String must be one of (case insensitive): " : "String must be one of: ";
            return Invalid(name, (string)value, why + string.Join(", ", options));
        }
    }

    private sealed class RangeValidator(string? minText, string? maxText) : ConfigValidator
    {
        private readonly double _min = minText is null ? double.NegativeInfinity : Number(minText);
        private readonly double _max = maxText is null ? double.PositiveInfinity : Number(maxText);

        public static RangeValidator ParseRange(string text)
        {
            int dots = text.IndexOf("..", StringComparison.Ordinal);
            if (dots < 0) throw new FormatException($"Unknown validator: {text}");
            return new RangeValidator(text[..dots], dots + 2 == text.Length ? null : text[(dots + 2)..]);
        }

        internal override string? Check(string name, object value)
        {
            double number = value is long integer ? integer : (double)value;
            var shown = value is double real ? JavaText.Format(real) : ((long)value).ToString(CultureInfo.InvariantCulture);
            if (number < _min) return Invalid(name, shown, $"Value must be at least {minText}");
            return number > _max ? Invalid(name, shown, $"Value must be no more than {maxText}") : null;
        }

        private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }
}
