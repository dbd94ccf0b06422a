using System.Globalization;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>What Apache Kafka's tools say of and do to consumer groups, against the broker under test.</summary>
[Collection(ToolsBroker.Name)]
public sealed class KafkaGroupToolsTests(BrokerFixture fixture)
{
    private const int Records = 20;

    [KafkaHomeFact]
    public async Task ConsumerGroups_OfALiveGroup_ShowsOffsetsMembersAndState()
    {
        string topic = await TopicWithRecordsAsync("group-live", 2);
        using ChildProcess member = ChildProcess.Start(KafkaTools.Tool(
            "kafka-console-consumer.sh",
            "--bootstrap-server", fixture.Bootstrap, "--topic", topic, "--group", topic, "--from-beginning",
            "--command-property", "client.id=shown-member", "--command-property", "auto.commit.interval.ms=200"));
        ProcessOutcome offsets = await PollAsync(
            ["--describe", "--group", topic], outcome => ColumnOf(outcome, "LAG").SequenceEqual(["0", "0"]));

        ProcessOutcome members = await GroupsAsync("--describe", "--group", topic, "--members", "--verbose");
        ProcessOutcome state = await GroupsAsync("--describe", "--group", topic, "--state", "--verbose");
        ProcessOutcome listed = await GroupsAsync("--list", "--state", "Stable");
        ProcessOutcome busy = await ChildProcess.RunAsync(
            GroupTool("--delete", "--group", topic));
        ProcessOutcome kinds = await RunAsync("kafka-groups.sh", "--list", "--consumer");

        Assert.Equal(["0", "1"], ColumnOf(offsets, "PARTITION").Order());
        Assert.Equal(Records, ColumnOf(offsets, "CURRENT-OFFSET").Sum(text => int.Parse(text, CultureInfo.InvariantCulture)));
        Assert.All(ColumnOf(offsets, "CLIENT-ID"), id => Assert.Equal("shown-member", id));
        Assert.Equal(["2"], ColumnOf(members, "#PARTITIONS"));
        Assert.Contains($"{topic}:0,1", members.Text, StringComparison.Ordinal);
        Assert.Equal(["Stable"], ColumnOf(state, "STATE"));
        Assert.Equal(["1"], ColumnOf(state, "#MEMBERS"));
        Assert.Contains(topic, listed.Text, StringComparison.Ordinal);
        Assert.Contains("The group is not empty", busy.Text + busy.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Matches($@"{topic}\s+Classic\s+consumer", kinds.Text);
    }

    [KafkaHomeFact]
    public async Task ConsumerGroups_ResetOffsets_ByEveryOption()
    {
        string topic = await TopicWithRecordsAsync("group-reset", 1);
        string group = topic;
        (string[] Option, int Expected)[] resets =
        [
            (["--to-latest"], 20), (["--to-earliest"], 0), (["--to-offset", "7"], 7), (["--shift-by", "5"], 12),
            (["--shift-by", "-2"], 10), (["--to-current"], 10), (["--to-datetime", "2001-01-01T00:00:00.000"], 0),
            (["--by-duration", "P1D"], 0),
        ];

        foreach ((string[] option, int expected) in resets)
        {
            ProcessOutcome reset = await GroupsAsync(
                ["--reset-offsets", "--group", group, "--topic", topic, "--execute", .. option]);
            Assert.Equal([$"{expected}"], ColumnOf(reset, "NEW-OFFSET"));
        }

        ProcessOutcome plan = await GroupsAsync(
            "--reset-offsets", "--group", group, "--all-topics", "--to-offset", "3", "--dry-run", "--export");
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, string.Join('\n', plan.Lines.Where(line => line.Contains(topic, StringComparison.Ordinal))));
        Assert.Equal(["0"], ColumnOf(await GroupsAsync("--describe", "--group", group), "CURRENT-OFFSET"));
        await GroupsAsync("--reset-offsets", "--group", group, "--from-file", file, "--execute");
        File.Delete(file);
        Assert.Equal(["3"], ColumnOf(await GroupsAsync("--describe", "--group", group), "CURRENT-OFFSET"));
    }

    [KafkaHomeFact]
    public async Task ConsumerGroups_DeleteOffsetsAndGroup()
    {
        string topic = await TopicWithRecordsAsync("group-gone", 2);
        await GroupsAsync("--reset-offsets", "--group", topic, "--topic", topic, "--to-latest", "--execute");

        ProcessOutcome trimmed = await GroupsAsync("--delete-offsets", "--group", topic, "--topic", $"{topic}:0");
        ProcessOutcome left = await GroupsAsync("--describe", "--group", topic);
        await GroupsAsync("--delete", "--group", topic);
        ProcessOutcome unknown = await ChildProcess.RunAsync(GroupTool("--describe", "--group", topic));
        ProcessOutcome listed = await GroupsAsync("--list");

        Assert.Contains("Successful", trimmed.Text, StringComparison.Ordinal);
        Assert.Equal(["1"], ColumnOf(left, "PARTITION"));
        Assert.Contains("not found", unknown.Text + unknown.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(topic, listed.Text, StringComparison.Ordinal);
    }

    /// <summary>A column of the table that a tool prints, found by its title.</summary>
    private static string[] ColumnOf(ProcessOutcome outcome, string title)
    {
        var rows = outcome.Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .SkipWhile(row => !row.Contains(title)).ToList();
        if (rows.Count == 0) return [];
        // The column before STATE, "COORDINATOR (ID)", has a title of two words and values of two.
        int index = Array.IndexOf(rows[0], title);
        return [.. rows.Skip(1).Where(row => row.Length > index).Select(row => row[index])];
    }

    private async Task<string> TopicWithRecordsAsync(string purpose, int partitions)
    {
        string topic = await fixture.CreateTopicAsync(purpose, partitions);
        for (int partition = 0; partition < partitions; partition++)
        {
            ForeignRecord[] records =
                [.. Enumerable.Range(0, Records / partitions).Select(i => ForeignRecord.OfText($"{i}", $"{i}"))];
            await ForeignClients.LibrdkafkaC.PublishAsync(fixture.Bootstrap, topic, partition, "none", records);
        }

        return topic;
    }

    private async Task<ProcessOutcome> PollAsync(string[] arguments, Func<ProcessOutcome, bool> isThere)
    {
        ProcessOutcome? outcome = null;
        await Deadline.PollAsync(
            async () => isThere(outcome = await ChildProcess.RunAsync(GroupTool(arguments))),
            TimeSpan.FromSeconds(60),
            () => $"{outcome?.Text}\n{outcome?.Errors}");
        return outcome!;
    }

    private Task<ProcessOutcome> GroupsAsync(params string[] arguments) => RunAsync("kafka-consumer-groups.sh", arguments);

    private ProcessCommand GroupTool(params string[] arguments) => Tool("kafka-consumer-groups.sh", arguments);

    private ProcessCommand Tool(string script, string[] arguments) =>
        KafkaTools.Tool(script, ["--bootstrap-server", fixture.Bootstrap, .. arguments]);

    private async Task<ProcessOutcome> RunAsync(string script, params string[] arguments) =>
        (await ChildProcess.RunAsync(Tool(script, arguments))).Succeeded();
}
