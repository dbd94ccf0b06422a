using System.Text.Json.Nodes;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class DoctorTests : IAsyncLifetime
{
    private ClientTarget _target = null!;
    private CommandLineUnderTest _cli = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _cli = new CommandLineUnderTest(_target);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Doctor_OfAHealthyCluster_FindsNoProblem()
    {
        JsonArray findings = (await _cli.RunAsync("doctor -o json")).Done().Json.AsArray();

        Assert.Equal(
            ["clock", "disk", "file-limits", "groups", "partitions", "ports", "transactions", "versions"],
            findings.Select(finding => (string)finding!["check"]!).Distinct().Order());
        Assert.Equal("ok", Verdict(findings, "ports"));
        Assert.Equal("ok", Verdict(findings, "partitions"));
    }

    [Fact]
    public async Task Doctor_OfALateGroup_NamesItAndSaysWhatToDo()
    {
        string topic = await _target.CreateTopicAsync("late");
        string group = ClientTarget.NewName("late");
        await _target.ProduceAsync(topic, 5, _ => DateTimeOffset.UtcNow.AddHours(-1));
        await _target.CommitAsync(group, new TopicPartition(topic, 0), 2);

        JsonArray findings = (await _cli.RunAsync("doctor -o json")).Done().Json.AsArray();

        JsonNode late = findings.Single(finding => ((string)finding!["finding"]!).Contains(group, StringComparison.Ordinal))!;
        Assert.Equal("warning", (string?)late["verdict"]);
        Assert.Contains("is 3 records and 1 h 0 min behind, and has no members", (string)late["finding"]!, StringComparison.Ordinal);
        Assert.Contains($"./logbroker group delete {group}", (string)late["advice"]!, StringComparison.Ordinal);
        (await _cli.RunAsync($"group delete {group}")).Done();
    }

    [LogBrokerOnlyFact]
    public async Task Doctor_WithTheHttpAddress_ComparesClocks()
    {
        JsonArray findings = (await _cli.RunAsync($"doctor -o json --http http://127.0.0.1:{_target.Broker.HttpPort}")).Done().Json.AsArray();

        Assert.Equal("ok", Verdict(findings, "clock"));
    }

    [Fact]
    public async Task Doctor_WithoutABroker_IsASentence() =>
        Assert.StartsWith("error: ", (await _cli.RunAsync($"doctor -b 127.0.0.1:{LoopbackPort.FindFree()} --timeout 0.3")).Failed().Error, StringComparison.Ordinal);

    [Fact]
    public async Task ServerCheck_OfAHealthyBroker_IsOk()
    {
        JsonNode check = (await _cli.RunAsync("server check -o json")).Done().Json;

        Assert.Equal("ok", (string?)check["status"]);
        Assert.Equal(1, (int)check["brokers"]!);
    }

    [Fact]
    public async Task ServerCheck_OfASlowBroker_Fails() =>
        Assert.Contains("slow\ttrue", (await _cli.RunAsync("server check --max-latency 0")).Failed().Output, StringComparison.Ordinal);

    private static string Verdict(JsonArray findings, string check) =>
        (string)findings.First(finding => (string?)finding!["check"] == check)!["verdict"]!;
}
