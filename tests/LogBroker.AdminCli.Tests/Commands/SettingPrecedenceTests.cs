namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>Which of several origins of a setting counts. Each says something that cannot be, so that the refusal tells which was taken, and no
/// cluster is needed.</summary>
public sealed class SettingPrecedenceTests
{
    private readonly CommandLineUnderTest _cli = new();

    [Theory]
    [InlineData("-X acks=flag", "flag")]
    [InlineData("", "environment")]
    [InlineData("--profile named", "named")]
    [InlineData("--profile named -X acks=flag", "flag")]
    [InlineData("--profile empty", "environment")]
    public async Task Setting_OfSeveralOrigins_IsTheStrongest(string options, string expected)
    {
        await _cli.RunAsync("profile set used -X acks=used");
        await _cli.RunAsync("profile set named -X acks=named");
        await _cli.RunAsync("profile set empty -X client.id=me");
        _cli["LOGBROKER_X_ACKS"] = "environment";

        await AssertTakenAsync($"produce t --template x {options}", "acks", expected);
    }

    [Fact]
    public async Task Setting_WithoutAnother_IsTheProfiles()
    {
        await _cli.RunAsync("profile set used -X acks=used");
        _cli["LOGBROKER_X_ACKS"] = "";

        await AssertTakenAsync("produce t --template x", "acks", "used");
    }

    [Fact]
    public async Task Timeout_OfAFlag_WinsOverTheEnvironment()
    {
        _cli["LOGBROKER_X_REQUEST_TIMEOUT_MS"] = "soon";

        await AssertTakenAsync("topic list", "request.timeout.ms", "soon");
        (await _cli.RunAsync($"topic list --timeout 0.3 -b 127.0.0.1:{LoopbackPort.FindFree()}")).Failed();
    }

    [Fact]
    public async Task Login_OfTheEnvironment_TakesTheProfilesJaasAway()
    {
        await _cli.RunAsync("profile set used -X sasl.mechanism=PLAIN -X \"sasl.jaas.config=m required username='u' password='p';\"");
        _cli["LOGBROKER_X_SASL_USERNAME"] = "me";

        Assert.Contains("sasl.password is not set", (await _cli.RunAsync("topic list")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variable_OfAMisspeltSetting_NamesTheNearest()
    {
        _cli["LOGBROKER_X_SASL_PASWORD"] = "Tr0ub4dor";

        string error = (await _cli.RunAsync("topic list")).Failed(ExitCodes.WrongUsage).Error;

        Assert.Contains("Did you mean LOGBROKER_X_SASL_PASSWORD?", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Tr0ub4dor", error, StringComparison.Ordinal);
    }

    private async Task AssertTakenAsync(string line, string key, string value) =>
        Assert.Contains($"{key} is \"{value}\"", (await _cli.RunAsync(line)).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
}
