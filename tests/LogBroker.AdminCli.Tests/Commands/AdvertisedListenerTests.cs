using System.Text.Json.Nodes;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>A broker that tells clients to connect to where nobody is.</summary>
public sealed class AdvertisedListenerTests : IAsyncLifetime
{
    /// <summary>Nobody waits for verbs that would go on so long.</summary>
    private const string Endless = "--timeout 100000";

    private readonly string _deadEnd = $"127.0.0.1:{LoopbackPort.FindFree()}";
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.StartAsync(("advertised.listeners", $"PLAINTEXT://{_deadEnd}"));
        _cli = new CommandLineUnderTest(_target);
        await _cli.RunAsync("topic create x -p 1");
    }

    public async Task DisposeAsync() => await _target.DisposeAsync();

    [Fact]
    public async Task Verb_ThatNeedsABrokerThere_EndsAndSaysSo()
    {
        string[] lines =
        [
            "topic describe x", "topic offsets x", "topic trim x --all", "produce x --template y", "consume x", "consume x --follow", "consume x --group g", "group describe g",
            "group reset-offsets g --topic x --to-latest --yes", "config describe broker 1", "cluster info", "cluster health --watch", "server check", "bench produce x -n 1", "demo",
        ];

        CommandResult[] results = await Task.WhenAll(lines.Select(line => _cli.RunAsync($"{line} {Endless}"))).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.All(results, AssertToldSo);
    }

    [Fact]
    public async Task Verb_ThatGivesUpSooner_SaysSo() => AssertToldSo(await _cli.RunAsync("topic describe x --timeout 0.3"));

    [Fact]
    public async Task Verb_ThatTheBootstrapServerCanAnswer_IsDone() => Assert.StartsWith("x\t1", (await _cli.RunAsync("topic list")).Done().Output, StringComparison.Ordinal);

    [Fact]
    public async Task Doctor_FindsItAndLooksAtTheRest()
    {
        CommandResult doctor = (await _cli.RunAsync($"doctor -o json --data {_cli.Home} {Endless}").WaitAsync(TimeSpan.FromMinutes(2))).Failed();

        Assert.Empty(doctor.Error);
        JsonArray findings = doctor.Json.AsArray();
        JsonNode ports = Assert.Single(findings, finding => (string?)finding!["check"] == "ports")!;
        Assert.Equal("problem", (string?)ports["verdict"]);
        Assert.Equal($"broker 1 tells clients to connect to {_deadEnd}, which cannot be reached from here: nothing listens there", (string?)ports["finding"]);
        Assert.Contains("advertised.listeners", (string)ports["advice"]!, StringComparison.Ordinal);
        Assert.Equal(
            ["data-directory", "disk", "file-limits"],
            findings.Where(finding => (string?)finding!["verdict"] is "ok" or "warning").Select(finding => (string)finding!["check"]!).Where(check => check != "clock").Order());
        Assert.DoesNotContain(findings, finding => (string?)finding!["verdict"] == "problem" && finding != ports);
    }

    private void AssertToldSo(CommandResult result)
    {
        string error = result.Failed().Error;
        Assert.Contains(
            $"error: The broker at {_target.Bootstrap} tells clients to connect to {_deadEnd}, which cannot be reached from here: nothing listens there.\ntry:   advertised.listeners ",
            error,
            StringComparison.Ordinal);
    }
}
