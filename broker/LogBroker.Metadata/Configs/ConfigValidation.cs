using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LogBroker.Metadata.Configs;

/// <summary>What became of reading a value: its normal form, or Kafka's message why it is none.</summary>
/// <param name="Text">The value in normal form; meaningless if there is an error.</param>
/// <param name="Error">Null = the value is valid.</param>
public readonly record struct ConfigValidationResult(string Text, string? Error)
{
    public bool IsValid => Error is null;
}

/// <summary>A setting that cannot be used.</summary>
/// <param name="Name">The setting's name, known or not.</param>
/// <param name="Message">The whole message, with a suggestion where a known name is near.</param>
public sealed record ConfigError(string Name, string Message);

/// <summary>Reads and checks values of settings.</summary>
public static partial class ConfigValidation
{
    /// <summary>Reads one value as Kafka does: blanks around it are dropped, numbers and lists brought into normal form.</summary>
    public static ConfigValidationResult Check(ConfigDefinition definition, string value)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(value);
        return Check(definition, definition.Name, value);
    }

    /// <summary>As <see cref="Check(ConfigDefinition, string)"/> for a setting that stands under another name, such as one with a
    /// listener's prefix.</summary>
    internal static ConfigValidationResult Check(ConfigDefinition definition, string name, string value)
    {
        var trimmed = JavaText.Trim(value);
        object? parsed = definition.Type switch
        {
            ConfigType.Boolean => bool.TryParse(trimmed, out bool flag) ? flag : null,
            ConfigType.Short => ParseInteger(trimmed, short.MinValue, short.MaxValue),
            ConfigType.Int => ParseInteger(trimmed, int.MinValue, int.MaxValue),
            ConfigType.Long => ParseInteger(trimmed, long.MinValue, long.MaxValue),
            ConfigType.Double => JavaText.TryParseDouble(trimmed, out double real) ? real : null,
            ConfigType.List => ParseList(trimmed, definition.Validator is ListValidator),
            _ => trimmed,
        };
        if (parsed is null)
        {
            var why = definition.Type == ConfigType.Boolean
                ? "Expected value to be either true or false"
                : $"Not a number of type {definition.Type.ToString().ToUpperInvariant()}";
            return new ConfigValidationResult("", $"Invalid value {value} for configuration {name}: {why}");
        }

        return new ConfigValidationResult(Text(parsed), definition.Validator.Check(name, parsed));
    }

    /// <summary>The elements of a list in normal form.</summary>
    public static ImmutableArray<string> Elements(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return ParseList(list, isDistinct: false);
    }

    private static long? ParseInteger(string text, long min, long max) =>
        JavaText.TryParseInteger(text, min, max, out long value) ? value : null;

    private static ImmutableArray<string> ParseList(string text, bool isDistinct)
    {
        if (text.Length == 0) return [];
        var elements = Comma().Split(text);
        return isDistinct ? [.. elements.Distinct()] : [.. elements];
    }

    private static string Text(object parsed) => parsed switch
    {
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double real => JavaText.Format(real),
        ImmutableArray<string> list => string.Join(',', list),
        _ => (string)parsed,
    };

    [GeneratedRegex(@"\s*,\s*")]
    private static partial Regex Comma();
}
