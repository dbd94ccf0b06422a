using System.Globalization;

namespace LogBroker.GroupLoad;

/// <summary>Loads a broker's group coordinator: many groups that join at once, that commit every second, or that have
/// committed very much. Prints one line of figures; the script beside it measures the broker.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length < 2)
        {
            await Console.Error.WriteLineAsync(
                """
                usage: LogBroker.GroupLoad join   PORT GROUPS MEMBERS HOLD_SECONDS
                       LogBroker.GroupLoad commit PORT GROUPS SECONDS
                       LogBroker.GroupLoad fill   PORT GROUPS OFFSETS_OF_A_GROUP
                       LogBroker.GroupLoad serve  PORT GROUPS OFFSETS_OF_A_GROUP
                """);
            return 2;
        }

        int[] numbers = [.. arguments.Skip(1).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        Task load = arguments[0] switch
        {
            "join" => JoinLoad.RunAsync(numbers[0], numbers[1], numbers[2], TimeSpan.FromSeconds(numbers[3])),
            "commit" => CommitLoad.RunAsync(numbers[0], numbers[1], TimeSpan.FromSeconds(numbers[2])),
            "fill" => OffsetLoad.FillAsync(numbers[0], numbers[1], numbers[2]),
            "serve" => OffsetLoad.AwaitServedAsync(numbers[0], numbers[1], numbers[2]),
            _ => throw new ArgumentException($"There is no load named {arguments[0]}."),
        };
        await load;
        return 0;
    }
}
