using LogBroker.AdminCli.Commands;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>How a person sees records.</summary>
public sealed class RecordTableTests : IAsyncLifetime
{
    private ClientTarget _target = null!;

    public async Task InitializeAsync() => _target = await ClientTarget.SharedAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Consume_AsATable_HasEachRecordsPlaceInColumns()
    {
        string topic = await _target.CreateTopicAsync("table");
        await WriteAsync(topic, """
            {"key": "k", "value": "first", "timestamp": 1700000000000}
            {"key": "", "value": "", "timestamp": 1700000000001}
            {"value": null, "key": "gone", "timestamp": 1700000000002}
            {"key": null, "value": "last", "timestamp": 1700000000003}

            """);

        Assert.Equal(
            [
                "TIME                      PARTITION      OFFSET  KEY                   VALUE",
                "2023-11-14T22:13:20.000Z          0           0  k                     first",
                "2023-11-14T22:13:20.001Z          0           1",
                "2023-11-14T22:13:20.002Z          0           2  gone                  <null>",
                "2023-11-14T22:13:20.003Z          0           3  <null>                last",
            ],
            await LinesAsync($"consume {topic} -o table"));
    }

    [Fact]
    public async Task Consume_OnATerminal_IsATable_UnlessAFormatIsSaid()
    {
        string topic = await _target.CreateTopicAsync("terminal");
        await WriteAsync(topic, "{\"value\": \"v\"}\n");
        var terminal = new CommandLineUnderTest(_target) { IsTerminal = true };

        string[] table = (await terminal.RunAsync($"consume {topic}")).Done().Lines;

        Assert.Equal(2, table.Length);
        Assert.Matches("^\e\\[1mTIME .* VALUE\e\\[0m$", table[0]);
        Assert.Equal(["v"], (await terminal.RunAsync($"consume {topic} --format %v")).Done().Lines);
        Assert.Equal(["v"], (await terminal.RunAsync($"consume {topic} -o plain")).Done().Lines);
        Assert.Contains("--format does nothing with --output table", (await terminal.RunAsync($"consume {topic} --format %v -o table")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consume_OfSeveralTopicsAsATable_NamesThem()
    {
        (string one, string other) = (await _target.CreateTopicAsync("one"), await _target.CreateTopicAsync("other"));
        await WriteAsync(one, "{\"value\": \"1\"}\n");
        await WriteAsync(other, "{\"value\": \"2\"}\n");

        string[] lines = await LinesAsync($"consume {one} {other} -o table");

        Assert.StartsWith("TOPIC ", lines[0], StringComparison.Ordinal);
        int partition = lines[0].IndexOf("PARTITION", StringComparison.Ordinal) + "PARTITION".Length - 1;
        Assert.Equal([one, other], lines[1..].Select(line => line.Split(' ')[0]).Order());
        Assert.All(lines[1..], line => Assert.Equal('0', line[partition]));
    }

    [Fact]
    public async Task Consume_AsATable_KeepsARecordInItsLine()
    {
        string topic = await _target.CreateTopicAsync("lines");
        await WriteAsync(topic, """{"key": "a\tb", "value": "one\ntwo\r\u001b[2J\u0085"}""" + "\n");

        string row = Assert.Single((await LinesAsync($"consume {topic} -o table"))[1..]);

        Assert.Contains("a\\tb ", row, StringComparison.Ordinal);
        Assert.EndsWith("one\\ntwo\\r\\x1b[2J\\x85", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consume_OfNothingAsATable_HasNoHeader()
    {
        string topic = await _target.CreateTopicAsync("nothing");

        Assert.Empty(await LinesAsync($"consume {topic} -o table"));
    }

    private async Task WriteAsync(string topic, string json) => (await new CommandLineUnderTest(_target).RunAsync($"produce {topic} --json", json)).Done();

    private async Task<string[]> LinesAsync(string line) =>
        [.. (await new CommandLineUnderTest(_target).RunAsync(line)).Done().Lines.Select(shown => shown.TrimEnd())];
}
