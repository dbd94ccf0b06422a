using System.CommandLine.Parsing;
using System.Globalization;

namespace LogBroker.AdminCli.Commands;

/// <summary>Options that are a number of things.</summary>
internal static class Counts
{
    /// <summary>Refuses what is no number of things.</summary>
    public static void Validate(OptionResult result) => Validate(result, 0);

    /// <summary>Refuses what is no number of things, and none at all.</summary>
    public static void ValidatePositive(OptionResult result) => Validate(result, 1);

    private static void Validate(OptionResult result, long least)
    {
        if (result.Tokens is [Token token] && long.TryParse(token.Value, CultureInfo.InvariantCulture, out long count) && count < least)
            result.AddError($"\"{token.Value}\" cannot be {result.Option.Name}: it is {least} or more.");
    }
}
