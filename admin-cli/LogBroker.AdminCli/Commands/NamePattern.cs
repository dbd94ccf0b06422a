using System.Text.RegularExpressions;

namespace LogBroker.AdminCli.Commands;

/// <summary>Which names are meant, by a regular expression.</summary>
internal sealed class NamePattern
{
    private readonly Regex? _expression;

    private NamePattern(Regex? expression) => _expression = expression;

    public bool IsAny => _expression is null;

    /// <summary>Names some part of which matches.</summary>
    /// <param name="text">The expression; null means all names.</param>
    /// <exception cref="CommandException">It is none.</exception>
    public static NamePattern Of(string? text)
    {
        try
        {
            return new NamePattern(text is null ? null : new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CommandException($"\"{text}\" is no regular expression: {e.Message}", null, ExitCodes.WrongUsage);
        }
    }

    /// <summary>Names that match from their first letter to their last: for what cannot be taken back.</summary>
    /// <exception cref="CommandException">It is no regular expression.</exception>
    public static NamePattern OfWhole(string text)
    {
        Of(text);
        return Of($"^(?:{text})$");
    }

    public bool Matches(string name) => _expression?.IsMatch(name) ?? true;
}
