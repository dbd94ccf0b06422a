using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace LogBroker.AdminCli.Commands;

/// <summary>What was wrong with the words of a command line, and where to read more.</summary>
internal static partial class UsageFailure
{
    /// <summary>The first thing that is wrong: those after it often follow from it.</summary>
    public static FailureText Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string path = CommandRun.PathOf(parsed.CommandResult);
        return new FailureText(Sentence(parsed, command, path), $"{path} --help", ExitCodes.WrongUsage);
    }

    /// <summary>A word that looks like an option and would be taken for an argument, such as the name of what is to be deleted; null when
    /// there is none. Words behind -- are arguments however they look.</summary>
    public static string? UnknownOption(ParseResult parsed)
    {
        HashSet<Token> arguments = new(
            parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens), ReferenceEqualityComparer.Instance);
        return parsed.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(arguments.Contains)
            .Select(token => token.Value)
            .FirstOrDefault(word => word is ['-', _, ..]);
    }

    private static string Sentence(ParseResult parsed, Command command, string path)
    {
        string? unknown = UnknownOption(parsed) ?? (parsed.UnmatchedTokens is [string first, ..] ? first : null);
        if (unknown is not null)
        {
            string? nearest = NearestName.Of(unknown, unknown.StartsWith('-') ? OptionsOf(parsed).Where(option => option.StartsWith("--", StringComparison.Ordinal)) : command.Subcommands.Select(verb => verb.Name));
            return $"{path} does not know \"{unknown}\"{(nearest is null ? "." : $": did you mean {nearest}?")}";
        }
        return command.Subcommands.Count > 0 && command.Action is null
            ? $"{path} needs one of: {string.Join(", ", command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name))}."
            : Rephrased(parsed.Errors[0].Message);
    }

    /// <summary>The parser names types of this program; users know words.</summary>
    private static string Rephrased(string message)
    {
        Match match = CannotParse().Match(message);
        if (!match.Success) return message;
        string[] words = [.. match.Groups["words"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(word => word.ToLowerInvariant())];
        string refusal = $"\"{match.Groups["typed"].Value}\" cannot be {match.Groups["where"].Value}";
        if (match.Groups["type"].Value is var type && (type.Contains("Int32", StringComparison.Ordinal) || type.Contains("Int64", StringComparison.Ordinal)))
            return $"{refusal}: it is a whole number.";
        return words.Length == 0 ? $"{refusal}." : $"{refusal}: it is one of {string.Join(", ", words)}.";
    }

    [GeneratedRegex(@"^Cannot parse argument '(?<typed>.*?)' for (option|command) '(?<where>.*?)' as expected type '(?<type>.*?)'\.(.*\n(?<words>[\s\S]*))?")]
    private static partial Regex CannotParse();

    /// <summary>The options a command has, by all of their names.</summary>
    public static IEnumerable<string> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options).SelectMany(option => option.Aliases.Append(option.Name));
}
