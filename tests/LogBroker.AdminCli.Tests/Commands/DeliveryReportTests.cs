using System.IO.Pipelines;
using LogBroker.AdminCli.Commands;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>What produce --report tells.</summary>
public sealed class DeliveryReportTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private string _topic = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _topic = await _target.CreateTopicAsync("reported");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("plain", "\t0\t0\t")]
    [InlineData("ndjson", "\"offset\":0")]
    [InlineData("table", "  0          0       ")]
    public async Task Report_OfARecord_ComesBeforeTheInputEnds(string format, string expected)
    {
        var input = new Pipe();
        var output = new AwaitedText(expected);
        Task<CommandResult> producing = new CommandLineUnderTest(_target).RunAsync(["produce", _topic, "--report", "-o", format], () => input.Reader.AsStream(), output);

        await input.Writer.WriteAsync("first\n"u8.ToArray());
        await Task.WhenAny(output.WhenThere, producing);

        Assert.False(producing.IsCompleted);
        await output.WhenThere;
        await input.Writer.WriteAsync("second\n"u8.ToArray());
        await input.Writer.CompleteAsync();
        Assert.Equal(format == "table" ? 3 : 2, (await producing).Done().Lines.Length);
    }

    [Fact]
    public async Task Report_InJson_IsOneList()
    {
        var cli = new CommandLineUnderTest(_target);

        Assert.Equal([0, 1], (await cli.RunAsync($"produce {_topic} --report -o json", "a\nb\n")).Done().Json.AsArray().Select(row => (int)row!["offset"]!));
        Assert.Empty((await cli.RunAsync($"produce {_topic} --report -o json --dry-run", "a\n")).Done().Json.AsArray());
    }

    [Fact]
    public async Task Report_IntoAFullDisk_FailsWithThat()
    {
        CommandResult failed = (await new CommandLineUnderTest(_target).RunAsync(["produce", _topic, "--template", "a", "--report", "-o", "plain"], () => Stream.Null, new FullDisk())).Failed();

        Assert.Contains("No space left", failed.Error, StringComparison.Ordinal);
    }
}
