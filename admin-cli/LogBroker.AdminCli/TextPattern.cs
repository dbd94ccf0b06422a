using System.Text.RegularExpressions;

namespace LogBroker.AdminCli;

/// <summary>Which texts are meant, by a regular expression.</summary>
internal sealed class TextPattern
{
    private readonly Regex? _expression;

    private TextPattern(Regex? expression) => _expression = expression;

    public bool IsAny => _expression is null;

    /// <summary>Texts some part of which matches.</summary>
    /// <param name="text">The expression; null means all texts.</param>
    /// <exception cref="CommandException">It is none.</exception>
    public static TextPattern Of(string? text)
    {
        try
        {
            return new TextPattern(text is null ? null : new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CommandException($"\"{text}\" is no regular expression: {e.Message}", null, ExitCodes.WrongUsage);
        }
    }

    /// <summary>Texts that match from their first letter to their last: for what cannot be taken back.</summary>
    /// <exception cref="CommandException">It is no regular expression.</exception>
    public static TextPattern OfWhole(string text)
    {
        Of(text);
        return Of($"^(?:{text})$");
    }

    public bool Matches(string text) => _expression?.IsMatch(text) ?? true;
}
