using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Tests.Commands;

namespace LogBroker.AdminCli.Tests.Output;

/// <summary>What people see on a terminal, and nobody elsewhere.</summary>
public sealed class TerminalTests
{
    private const string Red = "\e[91m";

    private static readonly string LongName = new('n', 90);

    private static readonly Column<Row>[] Columns =
    [
        new("name", row => row.Name),
        new("state", row => row.State) { Tone = row => row.State == "good" ? Tone.Good : Tone.Bad },
        new("said", row => row.Said) { Wraps = true },
    ];

    [Fact]
    public void Table_OnATerminal_IsInColoursOfItsMeaning()
    {
        string shown = Show(new Row("a", "good", "x"), new Row("b", "bad", "x"));

        Assert.Contains("\e[92mgood\e[0m", shown, StringComparison.Ordinal);
        Assert.Contains($"{Red}bad\e[0m", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public void Table_WhereColoursAreNotWanted_HasNone(string variable, string value) =>
        Assert.DoesNotContain('\e', Show(true, new() { [variable] = value }, new Row("a", "bad", "x")));

    /// <summary>Whoever joins a group chooses its name.</summary>
    [Fact]
    public void Table_OfNamesThatWouldMoveTheCursor_TellsThem()
    {
        string shown = Show(false, [], new Row("evil\e[2J\a\nname", "good", "x"));

        Assert.Contains(@"evil\x1b[2J\x07\nname  good", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_OfANameThatWouldMoveTheCursor_TellsIt()
    {
        CommandResult failed = (await new CommandLineUnderTest().RunAsync("topic \e[2J")).Failed(ExitCodes.WrongUsage);

        Assert.DoesNotContain('\e', failed.Error);
        Assert.Contains(@"\x1b[2J", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_TooWideForTheTerminal_BreaksNoNames()
    {
        string shown = Show(new Row(LongName, "good", "short enough"));

        Assert.Equal(["NAME" + new string(' ', LongName.Length - 2) + "STATE", $"{LongName}  good", "  short enough"], Lines(shown));
    }

    [Fact]
    public void Table_WithSentencesTooLongForTheTerminal_BreaksThemBetweenWords()
    {
        string[] lines = Lines(Show(new Row("a", "good", string.Join(' ', Enumerable.Repeat("sentence", 60)))));

        Assert.True(lines.Length > 2);
        Assert.All(lines.Skip(2), line => Assert.All(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), word => Assert.Equal("sentence", word)));
    }

    [Fact]
    public void Column_WithNothingInIt_IsLeftOutOnATerminalOnly()
    {
        Assert.DoesNotContain("SAID", Show(new Row("a", "good", "")), StringComparison.Ordinal);
        Assert.Contains("SAID", Show(false, [], new Row("a", "good", "")), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_OnATerminal_AreInColoursOfTheirMeaning()
    {
        var output = new StringWriter();

        Writer(output, isTerminal: true, []).Write(new Details().Add("healthy", false, "no", Tone.Bad));

        Assert.Contains($"{Red}no\e[0m", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Redraw_OnATerminal_TakesThePlaceOfWhatItDrewAndOfNothingElse()
    {
        var output = new StringWriter();
        DocumentWriter writer = Writer(output, isTerminal: true, []);
        var row = new Row("a", "good", new string('x', 200));

        writer.Redraw(new Listing<Row>([row, row], Columns));
        int drawn = output.ToString().Length;
        writer.Redraw(new Listing<Row>([row], Columns));

        // Header and two rows, whose sentences are longer than a line.
        Assert.Matches("^\e\\[[6-9]A\e\\[J", output.ToString()[drawn..]);
        writer.Leave();
        drawn = output.ToString().Length;
        writer.Redraw(new Listing<Row>([row], Columns));
        Assert.DoesNotContain("\e[J", output.ToString()[drawn..], StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[3J", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Redraw_WhereThereIsNoTerminal_WritesOneAfterTheOther()
    {
        var output = new StringWriter();
        DocumentWriter writer = Writer(output, isTerminal: false, []);

        for (int time = 0; time < 2; time++) writer.Redraw(new Listing<Row>([new Row("a", "good", "x")], Columns));

        Assert.Equal(4, Lines(output.ToString()).Length);
        Assert.DoesNotContain('\e', output.ToString());
    }

    [Fact]
    public async Task Failure_OnATerminal_IsRed()
    {
        CommandResult failed = (await new CommandLineUnderTest { IsErrorTerminal = true }.RunAsync("topic lsit")).Failed(ExitCodes.WrongUsage);

        Assert.StartsWith($"{Red}error:\e[0m ./logbroker topic", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_WithoutColours_IsBare() => Assert.StartsWith(
        "error: ",
        (await new CommandLineUnderTest { IsErrorTerminal = true }.RunAsync("topic lsit --no-color")).Failed(ExitCodes.WrongUsage).Error,
        StringComparison.Ordinal);

    private static string Show(params Row[] rows) => Show(true, [], rows);

    private static string Show(bool isTerminal, Dictionary<string, string> variables, params Row[] rows)
    {
        var output = new StringWriter();
        Writer(output, isTerminal, variables).Write(new Listing<Row>(rows, Columns));
        return output.ToString();
    }

    private static DocumentWriter Writer(StringWriter output, bool isTerminal, Dictionary<string, string> variables)
    {
        var environment = new CommandEnvironment { Output = output, Error = TextWriter.Null, OpenInput = () => Stream.Null, IsTerminal = isTerminal, Variables = variables };
        return new DocumentWriter(environment, OutputFormat.Table);
    }

    private static string[] Lines(string shown) =>
        [.. System.Text.RegularExpressions.Regex.Replace(shown, "\e\\[[0-9;]*m", "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];

    private sealed record Row(string Name, string State, string Said);
}
