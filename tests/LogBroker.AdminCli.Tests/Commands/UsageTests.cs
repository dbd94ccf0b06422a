namespace LogBroker.AdminCli.Tests.Commands;

public sealed class UsageTests
{
    private readonly CommandLineUnderTest _cli = new();

    [Fact]
    public async Task Run_OfAMisspeltVerb_NamesTheNearest()
    {
        CommandResult refused = (await _cli.RunAsync("topic lsit")).Failed(ExitCodes.WrongUsage);

        Assert.Equal("error: ./logbroker topic does not know \"lsit\": did you mean list?\ntry:   ./logbroker topic --help\n", refused.Error);
        Assert.Empty(refused.Output);
    }

    [Fact]
    public async Task Run_OfANounAlone_NamesItsVerbs() =>
        Assert.Contains(
            "./logbroker log needs one of: inspect, verify.", (await _cli.RunAsync("log")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Run_OfAMisspeltOption_NamesTheNearest() =>
        Assert.Contains("did you mean --internal?", (await _cli.RunAsync("topic list --intern")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Run_OfAMisspeltOption_DoesNotNameOneOfOneLetter() =>
        Assert.DoesNotContain("did you mean", (await _cli.RunAsync("consume -t ev")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("help", "./logbroker [command]")]
    [InlineData("help topic", "add-partitions")]
    [InlineData("help topic create", "./logbroker topic create <topic>...")]
    [InlineData("topic help", "add-partitions")]
    public async Task Help_AsAWord_IsHelp(string line, string said) =>
        Assert.Contains(said, (await _cli.RunAsync(line)).Done().Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("topic ls --help", "./logbroker topic list")]
    [InlineData("group ls --help", "./logbroker group list")]
    [InlineData("topic rm --help", "./logbroker topic delete")]
    public async Task Verb_ByTheNameShellsHaveForIt_IsTheVerb(string line, string said) =>
        Assert.Contains(said, (await _cli.RunAsync(line)).Done().Output, StringComparison.Ordinal);

    [Fact]
    public async Task Run_WithoutAnArgument_NamesTheWholeCommand() =>
        Assert.Contains("try:   ./logbroker topic create --help", (await _cli.RunAsync("topic create")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("topic list -o xml", "\"xml\" cannot be --output: it is one of json, ndjson, plain, table, yaml.")]
    [InlineData("topic create x -p many", "\"many\" cannot be --partitions: it is a whole number.")]
    [InlineData("consume x -p 0,one", "\"one\" is no partition: those are numbers, several with commas between them.")]
    [InlineData("consume x --format %v\\q", "A format knows nothing of \\q.")]
    public async Task Run_WithAValueThatCannotBe_SaysWhatCan(string line, string reason) =>
        Assert.Contains(reason, (await _cli.RunAsync(line)).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Help_OfAVerb_IsData() =>
        Assert.Contains("./logbroker topic create", (await _cli.RunAsync("topic create --help")).Done().Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("-X reqest.timeout.ms=5", "Did you mean request.timeout.ms?")]
    [InlineData("-X request.timeout.ms=soon", "must be a whole number")]
    [InlineData("-X security.protocol=SSLL", "Did you mean SSL?")]
    [InlineData("-X security.protocol=SASL_SSL", "sasl.username is not set")]
    [InlineData("-X nothing", "write key=value")]
    public async Task Run_WithASettingThatCannotBe_SaysWhy(string setting, string reason) =>
        Assert.Contains(reason, (await _cli.RunAsync($"topic list {setting}")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Run_WithATruststoreOfJava_SaysWhatItMustBe()
    {
        string file = Path.Combine(_cli.Home, "trust.jks");
        await File.WriteAllBytesAsync(file, [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2]);

        string error = (await _cli.RunAsync($"topic list -X ssl.truststore.location={file}")).Failed(ExitCodes.WrongUsage).Error;

        Assert.Contains($"{file} holds no certificate", error, StringComparison.Ordinal);
    }
}
