using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>The demo's topic and groups have names of their own in a cluster: one test at a time plays with them.</summary>
[Collection(Alone)]
public sealed class DemoTests : IAsyncLifetime
{
    public const string Alone = "demo";

    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync() => _cli = new CommandLineUnderTest(await ClientTarget.SharedAsync());

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Demo_ThatCannotWrite_EndsAndSaysWhy()
    {
        (await _cli.RunAsync("topic create demo.page-views -p 4 -c max.message.bytes=60")).Done();

        Assert.Contains("large", (await _cli.RunAsync("demo --rate 200")).Failed().Error, StringComparison.OrdinalIgnoreCase);
        (await _cli.RunAsync("demo --clean")).Done();
    }

    [Fact]
    public async Task Demo_OfAFewSeconds_ShowsWhatFlowsAndIsRemoved()
    {
        CommandResult demo = (await _cli.RunAsync("demo --seconds 3 --rate 200 -o ndjson")).Done();

        Assert.Equal(12, demo.Lines.Length);
        Assert.Contains(demo.Lines, line => line.Contains("demo.sales", StringComparison.Ordinal));
        Assert.Equal(4, (await _cli.RunAsync("demo --clean --dry-run")).Done().Lines.Count(line => line.Contains("\twould be removed\t", StringComparison.Ordinal)));
        Assert.Contains("removed", (await _cli.RunAsync("demo --clean")).Done().Output, StringComparison.Ordinal);
        Assert.Empty((await _cli.RunAsync("topic list demo.page-views")).Done().Lines);
    }
}
