using System.CommandLine.Parsing;
using System.Globalization;

namespace LogBroker.AdminCli.Commands;

/// <summary>Options that are a number of things.</summary>
internal static class Counts
{
    /// <summary>Refuses what is no number of things.</summary>
    public static void Validate(OptionResult result)
    {
        if (result.Tokens is [Token token] && long.TryParse(token.Value, CultureInfo.InvariantCulture, out long count) && count < 0)
            result.AddError($"\"{token.Value}\" cannot be {result.Option.Name}: it is 0 or more.");
    }
}
