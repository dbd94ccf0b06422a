using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;
using LogBroker.Testing;

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
            ["clock", "data-directory", "disk", "file-limits", "groups", "partitions", "ports", "transactions", "versions"],
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
        foreach (string scheme in new[] { "http://", "" })
        {
            JsonArray findings = (await _cli.RunAsync($"doctor -o json --http {scheme}127.0.0.1:{_target.Broker.HttpPort}")).Done().Json.AsArray();
            Assert.Equal("ok", Verdict(findings, "clock"));
        }
        (await _cli.RunAsync("doctor --http ftp://127.0.0.1:1")).Failed(ExitCodes.WrongUsage);
    }

    [Fact]
    public async Task Doctor_WithoutABroker_LooksAtThisMachine()
    {
        await File.WriteAllTextAsync(Path.Combine(_cli.Home, "meta.properties"), "");
        JsonArray findings = (await _cli.RunAsync($"doctor -b 127.0.0.1:{LoopbackPort.FindFree()} --timeout 0.3 --data {_cli.Home} -o json")).Failed().Json.AsArray();

        JsonNode ports = findings.First(finding => (string?)finding!["check"] == "ports")!;
        Assert.Equal("problem", (string?)ports["verdict"]);
        Assert.Contains("Nothing listens at 127.0.0.1:", (string)ports["finding"]!, StringComparison.Ordinal);
        Assert.Contains("./logbroker server starts a broker", (string)ports["advice"]!, StringComparison.Ordinal);
        Assert.All(new[] { "versions", "partitions", "groups", "transactions" }, check => Assert.Equal("skipped", Verdict(findings, check)));
        Assert.Equal("ok", Verdict(findings, "data-directory"));
        Assert.NotEqual("skipped", Verdict(findings, "disk"));
        if (OperatingSystem.IsLinux()) Assert.NotEqual("skipped", Verdict(findings, "file-limits"));
    }

    [Fact]
    public async Task Doctor_WhereSomethingElseListens_NamesIt()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        var cli = new CommandLineUnderTest { AddressPatience = TimeSpan.FromSeconds(0.3) };
        JsonArray findings = (await cli.RunAsync($"doctor -b PLAINTEXT://127.0.0.1:{port} --timeout 0.3 -o json")).Failed().Json.AsArray();

        Assert.Contains(findings, finding => ((string)finding!["finding"]!).StartsWith($"at port {port} of this machine process {Environment.ProcessId} (", StringComparison.Ordinal));
        // Whether a broker serves HTTP at the usual port of this machine is not the test's doing.
        Assert.Matches("http://127.0.0.1:9644/|agree", (string)findings.Single(finding => (string?)finding!["check"] == "clock")!["finding"]!);
    }

    [Fact]
    public async Task Doctor_OfADataDirectory_TellsHowItWasLeft()
    {
        string data = Directory.CreateDirectory(Path.Combine(_cli.Home, "data")).FullName;
        string log = Path.Combine(Directory.CreateDirectory(Path.Combine(data, "t-0")).FullName, "00000000000000000000.log");
        await File.WriteAllTextAsync(log, "");
        Assert.Contains("data-directory\twarning\t", await DataFindingAsync(data), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(data, "meta.properties"), "");

        Assert.Contains("1 partition; no broker runs on it, and the last one did not stop cleanly", await DataFindingAsync(data), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(data, ".kafka_cleanshutdown"), "");
        Assert.Contains("the last one stopped cleanly", await DataFindingAsync(data), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(log, DateTime.UtcNow.AddHours(2));
        Assert.Contains("the clock here was set back", await DataFindingAsync(data), StringComparison.Ordinal);
        Assert.Contains("data-directory\tproblem\t", await DataFindingAsync(data + "x"), StringComparison.Ordinal);
    }

    /// <summary>Nobody makes files in what the kernel tells of processes, not even root.</summary>
    [Fact]
    public async Task Doctor_OfADataDirectoryThatCannotBeWritten_SaysSo()
    {
        if (!OperatingSystem.IsLinux()) return;

        Assert.Contains("data-directory\tproblem\t/proc/self cannot be written: ", await DataFindingAsync("/proc/self"), StringComparison.Ordinal);
    }

    [LogBrokerOnlyFact]
    public async Task Doctor_OfADataDirectoryABrokerRunsOn_SaysSo() =>
        Assert.Contains("a broker runs on it", await DataFindingAsync(_target.Broker.DataDirectory), StringComparison.Ordinal);

    [Fact]
    public async Task Doctor_OfABrokerOfThisMachine_LooksAtItsDirectoriesAndItsFilesAndAtNoOthers()
    {
        if (!OperatingSystem.IsLinux()) return;
        JsonArray findings = (await _cli.RunAsync("doctor -o json")).Json.AsArray();

        Assert.Contains("; a broker runs on it", (string)findings.Single(finding => (string?)finding!["check"] == "data-directory")!["finding"]!, StringComparison.Ordinal);
        string files = (string)findings.Single(finding => (string?)finding!["check"] == "file-limits")!["finding"]!;
        Assert.Matches(@"^process \d+ \(.+\) has \d+ files open", files);
    }

    /// <summary>A log that cannot be opened: its records can be neither written nor read, though a leader is told of.</summary>
    [LogBrokerOnlyFact]
    public async Task Doctor_OfAPartitionThatCannotBeWritten_FindsIt()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("broken");
        await broker.StopAsync();
        string log = Path.Combine(broker.DataDirectory, "broken-0", "00000000000000000000.log");
        File.Delete(log);
        Directory.CreateDirectory(log);
        await broker.RestartAsync();
        var cli = new CommandLineUnderTest();

        Assert.Contains("healthy\tfalse", (await cli.RunAsync($"cluster health -b 127.0.0.1:{broker.Port}")).Failed().Output, StringComparison.Ordinal);
        (await cli.RunAsync($"server check -b 127.0.0.1:{broker.Port}")).Failed();
        JsonArray findings = (await cli.RunAsync($"doctor -b 127.0.0.1:{broker.Port} -o json")).Failed().Json.AsArray();
        Assert.Contains(findings, finding => (string?)finding!["check"] == "data-directory" && (string?)finding["verdict"] == "problem");
        Assert.Contains(findings, finding => (string?)finding!["check"] == "disk" && (string?)finding["verdict"] != "skipped");
    }

    /// <summary>What is found of the directory; the rest is of a cluster that other tests use as well.</summary>
    private async Task<string> DataFindingAsync(string data)
    {
        CommandResult doctor = await _cli.RunAsync($"doctor --data {data} -o plain");
        return string.Join('\n', doctor.Lines.Where(line => line.StartsWith("data-directory\t", StringComparison.Ordinal)));
    }

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
