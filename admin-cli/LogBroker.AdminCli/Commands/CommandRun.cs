using System.CommandLine;
using System.CommandLine.Parsing;
using LogBroker.AdminCli.Commands.Completion;

namespace LogBroker.AdminCli.Commands;

/// <summary>One run of the program: from its arguments to what it ends with.</summary>
internal static class CommandRun
{
    /// <summary>What users type to get here.</summary>
    public const string Program = "./logbroker";

    /// <summary>How words are read: @2h is a time here, not a file with arguments.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    /// <returns>See <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, CommandEnvironment environment, CancellationToken cancelled = default)
    {
        if (arguments.Contains(GlobalOptions.NoColor.Name)) environment = environment with { WantsColor = false };
        try
        {
            return Suggestions.AreAsked(arguments) ? Suggestions.Write(arguments, environment) : await RunVerbAsync(arguments, environment, cancelled);
        }
        catch (IOException e) when (StandardOutput.IsGone(e))
        {
            return ExitCodes.Done;
        }
        catch (Exception e) when (FailureText.Of(e) is { } failure)
        {
            return failure.WriteTo(environment);
        }
    }

    /// <summary>The words that lead to a command, as users type them.</summary>
    public static string PathOf(CommandResult command)
    {
        var words = new Stack<string>();
        for (CommandResult? at = command; at is { Parent: not null }; at = at.Parent as CommandResult) words.Push(at.Command.Name);
        return string.Join(' ', words.Prepend(Program));
    }

    private static async Task<int> RunVerbAsync(string[] arguments, CommandEnvironment environment, CancellationToken cancelled)
    {
        if (arguments is ["help", .. var rest]) arguments = [.. rest, "--help"];
        ParseResult parsed = new CommandTree(environment, arguments).Build().Parse(arguments, Parsing);
        // Of a noun; a verb may well be given something of that name.
        if (parsed is { UnmatchedTokens: ["help"], CommandResult.Command.Subcommands.Count: > 0 }) return await RunVerbAsync(["help", .. arguments.Where(word => word != "help")], environment, cancelled);
        if (!IsHelp(parsed) && (parsed.Errors.Count > 0 || UsageFailure.UnknownOption(parsed) is not null)) return UsageFailure.Of(parsed).WriteTo(environment);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = environment.Output,
            Error = environment.Error,
        };
        return await parsed.InvokeAsync(configuration, cancelled);
    }

    private static bool IsHelp(ParseResult parsed) => parsed.Action is { ClearsParseErrors: true };
}
