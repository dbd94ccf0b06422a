using System.CommandLine;
using System.CommandLine.Parsing;

namespace LogBroker.AdminCli.Commands;

/// <summary>Options that would do nothing beside others: they are refused, for who says them means something.</summary>
internal static class Contradictions
{
    /// <summary>Refuses options beside another.</summary>
    /// <param name="command">Has them all.</param>
    /// <param name="beside">What they cannot stand beside: an option or an argument.</param>
    /// <param name="why">Why they would do nothing then, as the end of a sentence.</param>
    /// <param name="refused">The options.</param>
    public static void RefuseBeside(this Command command, Symbol beside, string why, params Option[] refused) =>
        command.RefuseWhen(result => IsSaid(result, beside) ? $"beside {NameOf(beside)}, {why}" : null, refused);

    /// <summary>Refuses options where something is so.</summary>
    /// <param name="command">Has them.</param>
    /// <param name="reason">Why they would do nothing, as the end of a sentence; null where they do something.</param>
    /// <param name="refused">The options.</param>
    public static void RefuseWhen(this Command command, Func<CommandResult, string?> reason, params Option[] refused) => command.Validators.Add(result =>
    {
        if (refused.FirstOrDefault(option => IsSaid(result, option)) is { } said && reason(result) is { } why) result.AddError($"{said.Name} does nothing {why}.");
    });

    /// <summary>Whether a user has typed it; <c>--flag false</c> is as good as nothing.</summary>
    public static bool IsSaid(CommandResult result, Symbol symbol) => symbol switch
    {
        Option option => result.GetResult(option) is { Implicit: false } said && said.Tokens is not [{ Value: "false" }],
        Argument argument => result.GetResult(argument) is { Tokens.Count: > 0 },
        _ => false,
    };

    private static string NameOf(Symbol symbol) => symbol is Argument ? $"a {symbol.Name}" : symbol.Name;
}
