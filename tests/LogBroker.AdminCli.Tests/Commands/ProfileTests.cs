namespace LogBroker.AdminCli.Tests.Commands;

public sealed class ProfileTests
{
    private readonly CommandLineUnderTest _cli = new();

    [Fact]
    public async Task Set_OfTheFirstProfile_TakesItInUse()
    {
        (await _cli.RunAsync("profile set local -b localhost:9092 -X client.id=me")).Done();

        CommandResult listed = (await _cli.RunAsync("profile list")).Done();

        Assert.Equal(["local\ttrue\tlocalhost:9092\tfalse\t1"], listed.Lines);
    }

    [Fact]
    public async Task Set_OfAMisspeltSetting_NamesTheNearest()
    {
        CommandResult refused = (await _cli.RunAsync("profile set local -X sasl.mechanisms=PLAIN")).Failed(ExitCodes.WrongUsage);

        Assert.Contains("Did you mean sasl.mechanism?", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_OfAPassword_HidesIt()
    {
        (await _cli.RunAsync("profile set prod -b a:9092 --production true -X sasl.username=me -X sasl.password=secret")).Done();

        CommandResult shown = (await _cli.RunAsync("profile show prod -o json")).Done();

        Assert.DoesNotContain("secret", shown.Output, StringComparison.Ordinal);
        Assert.True((bool)shown.Json["production"]!);
        Assert.Equal("me", (string?)shown.Json["settings"]!.AsArray().Single(setting => (string?)setting!["key"] == "sasl.username")!["value"]);
    }

    [Fact]
    public async Task Set_OfPasswords_WritesAFileForTheOwnersEyesOnly()
    {
        if (OperatingSystem.IsWindows()) return;
        (await _cli.RunAsync("profile set prod -X sasl.password=secret")).Done();

        UnixFileMode mode = File.GetUnixFileMode(Path.Combine(_cli.Home, ".config", "logbroker", "profiles.json"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
    }

    [Fact]
    public async Task Use_OfADash_GoesBackToTheOneBefore()
    {
        await _cli.RunAsync("profile set one -b a:1");
        await _cli.RunAsync("profile set two -b b:1");
        (await _cli.RunAsync("profile use two")).Done();

        (await _cli.RunAsync("profile use -")).Done();

        Assert.Contains("one\ttrue", (await _cli.RunAsync("profile list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_OfAnUnknownName_NamesTheNearest() =>
        Assert.Contains("Did you mean staging?", (await Unknown()).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Remove_OfTheOneInUse_LeavesNoneInUse()
    {
        await _cli.RunAsync("profile set one -b a:1");

        (await _cli.RunAsync("profile remove one")).Done();

        Assert.Empty((await _cli.RunAsync("profile list -o json")).Done().Json.AsArray());
        (await _cli.RunAsync("profile show")).Failed();
    }

    private async Task<CommandResult> Unknown()
    {
        await _cli.RunAsync("profile set staging -b a:1");
        return (await _cli.RunAsync("profile use stagign")).Failed();
    }
}
