namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>An option that would do nothing is refused before anything is done: nothing is asked of a cluster here.</summary>
public sealed class ContradictionTests
{
    [Theory]
    [InlineData("produce t --json --key k", "--key does nothing beside --json")]
    [InlineData("produce t --tombstone -k k", "--key does nothing beside --tombstone")]
    [InlineData("produce t -d : -k k", "--key does nothing beside --delimiter")]
    [InlineData("produce t --template x --file f", "--file does nothing beside --template")]
    [InlineData("produce t --whole -n 2", "--count does nothing beside --whole")]
    [InlineData("produce t --json --whole", "--json and --whole contradict each other")]
    [InlineData("produce t -n -1", "\"-1\" cannot be --count: it is 0 or more")]
    [InlineData("consume t -n -1", "\"-1\" cannot be --count: it is 0 or more")]
    [InlineData("group watch g -n -1", "\"-1\" cannot be --count: it is 0 or more")]
    [InlineData("log inspect . -n -1", "\"-1\" cannot be --count: it is 0 or more")]
    [InlineData("consume t -g g --follow", "--follow does nothing beside --group")]
    [InlineData("consume t -g g --to end", "--to does nothing beside --group")]
    [InlineData("consume t -g g -p 1", "--partition does nothing beside --group")]
    [InlineData("consume t -o json --format %k", "--format does nothing with --output json")]
    [InlineData("bench produce t -p 3", "--partitions does nothing beside a topic")]
    [InlineData("bench consume t --rate 3", "--rate does nothing beside a topic")]
    [InlineData("bench consume t --size 30", "--size does nothing beside a topic")]
    [InlineData("demo --rate 0", "\"0\" cannot be --rate: it is 1 or more")]
    [InlineData("demo --clean --seconds 3", "--seconds does nothing beside --clean")]
    [InlineData("cluster health --interval 3", "--interval does nothing without --watch or --exit-when-healthy")]
    [InlineData("topic create t -c retention.ms=1 -c retention.ms=2", "retention.ms is said twice")]
    [InlineData("config set topic t retention.ms=1 retention.ms=2", "retention.ms is said twice")]
    public async Task Run_WithAnOptionThatDoesNothing_SaysSo(string line, string reason)
    {
        CommandResult refused = (await new CommandLineUnderTest().RunAsync($"{line} -b 127.0.0.1:1 --timeout 0.3")).Failed(ExitCodes.WrongUsage);

        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
    }
}
