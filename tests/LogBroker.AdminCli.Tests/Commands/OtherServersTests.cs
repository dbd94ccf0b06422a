using System.Net;
using System.Net.Sockets;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>A profile in use, and other servers than its own said beside it.</summary>
public sealed class OtherServersTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest();
        await _cli.RunAsync("profile set away -b away.invalid:9092 -X sasl.mechanism=PLAIN -X sasl.username=me -X sasl.password=Tr0ub4dor -X client.id=mine");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "--profile away")]
    public async Task Login_OfAProfile_IsNotToldToOtherServers(bool byVariable, string profile)
    {
        if (byVariable) _cli["LOGBROKER_BOOTSTRAP_SERVERS"] = _target.Bootstrap;

        // A broker without SASL would refuse who comes with it.
        CommandResult listed = (await _cli.RunAsync($"topic list {profile} {(byVariable ? "" : $"-b {_target.Bootstrap}")}")).Done();

        Assert.Equal(
            $"note: {_target.Bootstrap} is not where profile away is (away.invalid:9092): its sasl.mechanism, sasl.username, sasl.password are left out; -X says others.\n", listed.Error);
    }

    [Theory]
    [InlineData("-X sasl.username=other", "")]
    [InlineData("", "LOGBROKER_X_SASL_USERNAME")]
    public async Task Login_SaidBesideTheServers_Counts(string option, string variable)
    {
        if (variable.Length > 0) _cli[variable] = "other";

        Assert.Contains("sasl.password is not set", (await _cli.RunAsync($"topic list -b {_target.Bootstrap} {option}")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_OfAProfile_IsToldToItsOwnServers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await _cli.RunAsync($"profile set here -b other.invalid:9092,localhost:{port} -X sasl.username=me");
        _cli["LOGBROKER_PROFILE"] = "here";

        string error = (await _cli.RunAsync($"topic list -b 127.0.0.1:{port}")).Failed(ExitCodes.WrongUsage).Error;

        Assert.StartsWith("error: sasl.password is not set", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Verb_ThatDestroys_AsksWhereAProductionProfilesServersAreNamed(string host)
    {
        string topic = await _target.CreateTopicAsync("kept");
        await _cli.RunAsync($"profile set prod -b prod.invalid:9092,{host}:{_target.Port} --production true");

        CommandResult refused = (await _cli.RunAsync($"topic delete {topic} -b {_target.Bootstrap}")).Failed(ExitCodes.WrongUsage);

        Assert.Contains("the profile prod is marked production", refused.Error, StringComparison.Ordinal);
        (await _cli.RunAsync($"topic describe {topic} -b {_target.Bootstrap}")).Done();
    }
}
