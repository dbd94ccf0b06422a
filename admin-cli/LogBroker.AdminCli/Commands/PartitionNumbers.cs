using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LogBroker.AdminCli.Commands;

/// <summary>The option that names some of a topic's partitions.</summary>
internal static class PartitionNumbers
{
    public static Option<int[]> Some() => new("--partition", "-p")
    {
        Description = "Only these partitions, as in 0,2",
        HelpName = "partitions",
        DefaultValueFactory = _ => [],
        CustomParser = Parse,
    };

    private static int[] Parse(ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) numbers.Add(number);
            else result.AddError($"\"{word}\" is no partition: those are numbers, several with commas between them.");
        }
        return [.. numbers];
    }
}
