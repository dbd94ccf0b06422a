using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LogBroker.AdminCli.Commands.Profiles;

namespace LogBroker.AdminCli.Commands.Completion;

/// <summary>What a shell is told that asks how a word may end: <c>logbroker [suggest:POSITION] LINE</c>.</summary>
internal static class Suggestions
{
    private const string Asked = "[suggest:";

    /// <summary>Whether that is asked.</summary>
    public static bool AreAsked(string[] arguments) => arguments is [var first, _] && first.StartsWith(Asked, StringComparison.Ordinal) && first.EndsWith(']');

    /// <summary>Writes a suggestion a line: options only where one is begun.</summary>
    public static int Write(string[] arguments, CommandEnvironment environment)
    {
        string line = arguments[1];
        if (int.TryParse(arguments[0][Asked.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int position) && position < line.Length) line = line[..position];
        // The first word is the program, whatever it is called by.
        string typed = line.TrimStart();
        int program = typed.IndexOf(' ', StringComparison.Ordinal);
        if (program < 0) return ExitCodes.Done;
        typed = typed[(program + 1)..];
        string[] words = [.. CommandLineParser.SplitCommandLine(typed)];
        bool beginsOption = words is [.., ['-', ..]] && !typed.EndsWith(' ');
        // An option of all commands, which know no environment.
        if (words.Length > 1 && words[typed.EndsWith(' ') ? ^1 : ^2] == GlobalOptions.Profile.Name)
        {
            foreach (string name in ProfileNames.Known(environment)) environment.Output.WriteLine(name);
            return ExitCodes.Done;
        }
        Command root = new CommandTree(environment, words).Build();
        ParseResult parsed = root.Parse(typed, CommandRun.Parsing);
        IEnumerable<string> labels = beginsOption
            // The parser takes what follows an option of several values for one of them.
            ? UsageFailure.OptionsOf(parsed).Where(option => option.StartsWith(words[^1], StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            : parsed.GetCompletions(typed.Length).Select(found => found.Label).Where(label => label is not ['-' or '/', ..]);
        string[] aliases = [.. parsed.CommandResult.Command.Subcommands.SelectMany(command => command.Aliases)];
        foreach (string label in labels.Except(aliases).Distinct(StringComparer.Ordinal)) environment.Output.WriteLine(label);
        return ExitCodes.Done;
    }
}
