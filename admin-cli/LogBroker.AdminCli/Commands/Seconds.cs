using System.CommandLine;
using System.CommandLine.Parsing;

namespace LogBroker.AdminCli.Commands;

/// <summary>Options that are a number of seconds.</summary>
internal static class Seconds
{
    /// <summary>The longest that timers know.</summary>
    private const double Max = 4_000_000;

    /// <summary>Refuses what is no time to wait.</summary>
    public static void Validate(OptionResult result)
    {
        if (result.Implicit || result.Errors.Any() || result.Tokens is not [Token token]) return;
        if (double.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= Max) return;
        result.AddError($"\"{token.Value}\" cannot be {result.Option.Name}: it is a number of seconds, above 0.");
    }

    /// <summary>The seconds between two looks.</summary>
    public static Option<double> Between(double usual) => new("--interval")
    {
        Description = "Seconds between two looks",
        HelpName = "seconds",
        DefaultValueFactory = _ => usual,
        Validators = { Validate },
    };
}
