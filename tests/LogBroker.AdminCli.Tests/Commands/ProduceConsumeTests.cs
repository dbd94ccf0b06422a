using System.Text.Json.Nodes;
using LogBroker.Client;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Commands;

public sealed class ProduceConsumeTests : IAsyncLifetime
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
    public async Task Produce_OfLines_ThenConsume_GivesThemBack()
    {
        string topic = await _target.CreateTopicAsync("lines");

        CommandResult produced = (await _cli.RunAsync($"produce {topic}", "one\ntwo\r\n\nlast")).Done();

        Assert.Empty(produced.Output);
        Assert.StartsWith($"4 records written to {topic}", produced.Error, StringComparison.Ordinal);
        Assert.Equal("one\ntwo\n\nlast\n", (await _cli.RunAsync($"consume {topic}")).Done().Output);
    }

    [Fact]
    public async Task Produce_OfKeysAndValues_SplitsAtTheDelimiter()
    {
        string topic = await _target.CreateTopicAsync("keyed");

        (await _cli.RunAsync($"produce {topic} -d : -H source=test -H source=again", "a:1\nb:2:3\n")).Done();

        Assert.Equal(
            ["0|0|a=1|source=test,source=again", "0|1|b=2:3|source=test,source=again"],
            (await _cli.RunAsync($"consume {topic} --format \"%p|%o|%k=%v|%h\"")).Done().Lines);
        Assert.Contains("Line 1 has no \":\"", (await _cli.RunAsync($"produce {topic} -d :", "nothing\n")).Failed().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_OfJson_TakesKeyHeadersPartitionAndTime()
    {
        string topic = await _target.CreateTopicAsync("json", 2);

        (await _cli.RunAsync(
            $"produce {topic} --json",
            """
            {"key": "k", "value": {"n": 1}, "headers": {"h": "x"}, "partition": 1, "timestamp": 1700000000000}
            {"key": "gone", "value": null, "partition": 1}

            """.Replace("\n\n", "\n", StringComparison.Ordinal))).Done();

        string[] lines = (await _cli.RunAsync($"consume {topic} -o ndjson --decode json")).Done().Lines;
        Assert.Equal(
            $$"""{"topic":"{{topic}}","partition":1,"offset":0,"timestamp":1700000000000,"key":"k","value":{"n":1},"headers":[{"key":"h","value":"x"}]}""",
            lines[0]);
        Assert.Contains("\"value\":null", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_OfWhatConsumeWrote_IsTheSameAgain()
    {
        (string from, string to) = (await _target.CreateTopicAsync("from"), await _target.CreateTopicAsync("to"));
        (await _cli.RunAsync($"produce {from} -k key -H a=b", "v1\nv2\n")).Done();
        string written = (await _cli.RunAsync($"consume {from} -o ndjson")).Done().Output;

        (await _cli.RunAsync($"produce {to} --json", written)).Done();

        Assert.Equal(written.Replace(from, to, StringComparison.Ordinal), (await _cli.RunAsync($"consume {to} -o ndjson")).Done().Output);
    }

    [Fact]
    public async Task Produce_OfATemplate_CountsAndReports()
    {
        string topic = await _target.CreateTopicAsync("template");

        CommandResult produced = (await _cli.RunAsync($"produce {topic} --template \"view {{{{count}}}} {{{{random 5 5}}}}\" --key u{{{{count}}}} -n 3 --report")).Done();

        Assert.Equal([$"{topic}\t0\t0", $"{topic}\t0\t1", $"{topic}\t0\t2"], produced.Lines.Select(line => line[..line.LastIndexOf('\t')]));
        Assert.Equal(["u1 view 1 5", "u2 view 2 5", "u3 view 3 5"], (await _cli.RunAsync($"consume {topic} --format \"%k %v\"")).Done().Lines);
    }

    [Fact]
    public async Task Produce_OfATemplateOverAllNumbers_FillsIt()
    {
        string topic = await _target.CreateTopicAsync("random");

        (await _cli.RunAsync($"produce {topic} --template \"{{{{random 2147483647 2147483647}}}} {{{{random -2147483648 2147483647}}}}\"")).Done();

        Assert.StartsWith("2147483647 ", (await _cli.RunAsync($"consume {topic}")).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{cuont}}", "Did you mean count?")]
    [InlineData("{{random 1}}", "{{random 1}} is not how random is written.")]
    [InlineData("a{{count", "does not close it with }}")]
    public async Task Produce_OfATemplateThatCannotBe_SaysWhy(string template, string reason)
    {
        string topic = await _target.CreateTopicAsync("badtemplate");

        Assert.Contains(reason, (await _cli.RunAsync($"produce {topic} --template \"{template}\"")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_OfATemplate_FillsHeadersToo()
    {
        string topic = await _target.CreateTopicAsync("headers");

        (await _cli.RunAsync($"produce {topic} --template v -H number={{{{count}}}} -n 2")).Done();

        Assert.Equal(["number=1", "number=2"], (await _cli.RunAsync($"consume {topic} --format %h")).Done().Lines);
    }

    [Theory]
    [InlineData("--from 99", "has 0 to 2.")]
    [InlineData("--from 2 --to 1", "has 0 to 2.")]
    [InlineData("--from 1", "")]
    public async Task Consume_WhereNothingLies_SaysSo(string range, string note)
    {
        string topic = await _target.CreateTopicAsync("between");
        await _target.ProduceAsync(topic, 3);

        string error = (await _cli.RunAsync($"consume {topic} {range}")).Done().Error;

        Assert.Equal(note.Length == 0 ? "" : $"note: there is nothing to read there: {topic}-0 {note}\n", error);
    }

    [Theory]
    [InlineData("--from start", "v0 v1 v2 v3 v4 v5 v6 v7 v8 v9")]
    [InlineData("--from 7", "v7 v8 v9")]
    [InlineData("--from +8", "v8 v9")]
    [InlineData("--from -2", "v8 v9")]
    [InlineData("--from end", "")]
    [InlineData("--from 2 --to 4", "v2 v3")]
    [InlineData("--to -8", "v0 v1")]
    [InlineData("--from @2023-11-14T22:13:27Z", "v7 v8 v9")]
    [InlineData("--from @1700000008000 --to @1700000009000", "v8")]
    [InlineData("--from @1700000007", "v7 v8 v9")]
    [InlineData("--from @1h", "")]
    [InlineData("-n 2", "v0 v1")]
    [InlineData("--grep v[57]", "v5 v7")]
    [InlineData("--grep k3", "v3")]
    public async Task Consume_OfARange_GivesJustThat(string range, string expected)
    {
        string topic = await _target.CreateTopicAsync("range");
        await _target.ProduceAsync(topic, 10, index => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + (index * 1000)));

        Assert.Equal(expected, string.Join(' ', (await _cli.RunAsync($"consume {topic} {range}")).Done().Lines));
    }

    [Fact]
    public async Task Consume_OfSeveralPartitions_EndsWithAllOfThem()
    {
        string topic = await _target.CreateTopicAsync("several", 3);
        await _target.ProduceAsync(topic, 4, partition: 0);
        await _target.ProduceAsync(topic, 2, partition: 2);

        Assert.Equal(6, (await _cli.RunAsync($"consume {topic}")).Done().Lines.Length);
        Assert.Equal(2, (await _cli.RunAsync($"consume {topic} -p 2")).Done().Lines.Length);
        Assert.Contains("has no partition 3", (await _cli.RunAsync($"consume {topic} -p 3")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consume_OfSomePartitions_TakesThemWithCommas()
    {
        string topic = await _target.CreateTopicAsync("some", 3);
        for (int partition = 0; partition < 3; partition++) await _target.ProduceAsync(topic, partition + 1, partition: partition);

        Assert.Equal(4, (await _cli.RunAsync($"consume {topic} -p 0,2")).Done().Lines.Length);
        Assert.Equal(3, (await _cli.RunAsync($"consume {topic} -p 0 -p 1")).Done().Lines.Length);
    }

    [Theory]
    [InlineData("%v\\n", "hi\nho\n")]
    [InlineData("%v", "hi\nho\n")]
    public async Task Consume_InAFormat_EndsEachLineOnce(string format, string expected)
    {
        string topic = await _target.CreateTopicAsync("lines");
        (await _cli.RunAsync($"produce {topic}", "hi\nho\n")).Done();

        Assert.Equal(expected, (await _cli.RunAsync($"consume {topic} --format \"{format}\"")).Done().Output);
    }

    [Fact]
    public async Task Produce_ToAMisspeltTopic_AsksWhatWasMeant()
    {
        string topic = await _target.CreateTopicAsync("spelling");

        CommandResult produced = await _cli.RunAsync($"produce {topic}s --dry-run", "hi\n");

        Assert.Contains($"note: there is no topic {topic}s yet. Did you mean {topic}?", produced.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_AtATerminal_SaysHowItEnds()
    {
        string topic = await _target.CreateTopicAsync("typed");

        CommandResult produced = (await new CommandLineUnderTest(_target) { Answer = "" }.RunAsync($"produce {topic}", "hi\n")).Done();

        Assert.Contains("Ctrl-D ends", produced.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Ctrl-D ends", (await _cli.RunAsync($"produce {topic}", "hi\n")).Done().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%v", "hi")]
    [InlineData("%v{hex}", "6869")]
    [InlineData("%v{base64}", "aGk=")]
    [InlineData("%S %K", "2 -1")]
    [InlineData("100%%\\t%v", "100%\thi")]
    [InlineData("%v\\x21\\\\", "hi!\\")]
    public async Task Consume_InAFormat_FillsIt(string format, string expected)
    {
        string topic = await _target.CreateTopicAsync("formats");
        (await _cli.RunAsync($"produce {topic}", "hi\n")).Done();

        Assert.Equal(expected, (await _cli.RunAsync($"consume {topic} --format \"{format}\"")).Done().Output.TrimEnd('\n'));
    }

    [Fact]
    public async Task Consume_InEachFormat_IsWellFormed()
    {
        string topic = await _target.CreateTopicAsync("wellformed");
        await _target.ProduceAsync(topic, 2);

        Assert.Equal(["v0", "v1"], (await _cli.RunAsync($"consume {topic} -o json")).Done().Json.AsArray().Select(record => (string)record!["value"]!));
        Assert.StartsWith($"- topic: {topic}\n  partition: 0\n  offset: 0\n", (await _cli.RunAsync($"consume {topic} -o yaml")).Done().Output, StringComparison.Ordinal);
        Assert.Equal(["v0", "v1"], (await _cli.RunAsync($"consume {topic} -o plain")).Done().Lines);
        Assert.Equal(["TIME", "PARTITION", "OFFSET", "KEY", "VALUE"], (await _cli.RunAsync($"consume {topic} -o table")).Done().Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty((await _cli.RunAsync($"consume {topic} --from end -o json")).Done().Json.AsArray());
    }

    [Fact]
    public async Task Consume_AsAMember_GoesOnWhereTheGroupIs()
    {
        string topic = await _target.CreateTopicAsync("member");
        string group = ClientTarget.NewName("members");
        await _target.ProduceAsync(topic, 5);

        Assert.Equal(["v0", "v1"], (await _cli.RunAsync($"consume {topic} --group {group} -n 2")).Done().Lines);
        Assert.Equal(["v2", "v3", "v4"], (await _cli.RunAsync($"consume {topic} --group {group} -n 3")).Done().Lines);
    }

    [Fact]
    public async Task Consume_AsAMemberFromTheEnd_KeepsItsPlaceThoughNothingCame()
    {
        string topic = await _target.CreateTopicAsync("fromend");
        string group = ClientTarget.NewName("waiters");
        await _target.ProduceAsync(topic, 3);
        await ReadUntilCommittedAsync($"consume {topic} --group {group} --from end", group, new TopicPartition(topic, 0), 3);

        await _target.ProduceAsync(topic, 2);

        Assert.Equal(["v0", "v1"], (await _cli.RunAsync($"consume {topic} --group {group} --from end -n 2")).Done().Lines);
    }

    [KafkaOnlyFact]
    public async Task Consume_AsAMember_CommitsBehindTheMarkerOfATransaction()
    {
        string topic = await _target.CreateTopicAsync("marked");
        string group = ClientTarget.NewName("behind");
        await using (LogBrokerClient client = _target.NewClient())
        {
            await using var producer = client.CreateTransactionalProducer<Null, string>(ClientTarget.NewName("marks"));
            await producer.BeginTransactionAsync();
            await producer.ProduceAsync(new ProducerRecord<Null, string>(topic, default, "in it"));
            await producer.CommitAsync();
        }

        Assert.Equal(["in it"], (await ReadUntilCommittedAsync($"consume {topic} --group {group}", group, new TopicPartition(topic, 0), 2)).Lines);
        JsonNode described = (await _cli.RunAsync($"group describe {group} -o json")).Done().Json[0]!;
        Assert.Equal((0, 0), ((long)described["lag"]!, (double)described["lagSeconds"]!));
    }

    [Fact]
    public async Task Consume_Following_GoesOnUntilInterrupted()
    {
        string topic = await _target.CreateTopicAsync("followed");
        await _target.ProduceAsync(topic, 1);
        Task<CommandResult> following = _cli.RunAsync($"consume {topic} --follow --from start -n 2");

        await _target.ProduceAsync(topic, 1);

        Assert.Equal(["v0", "v0"], (await following).Done().Lines);
        using var interrupted = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        (await _cli.RunAsync($"consume {topic} --follow", "", interrupted.Token)).Done();
    }

    [Fact]
    public async Task Consume_OfAMisspeltTopic_NamesTheNearest()
    {
        string topic = await _target.CreateTopicAsync("spelt");

        Assert.Contains($"Did you mean {topic}?", (await _cli.RunAsync($"consume {topic}y")).Failed().Error, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {topic}?", (await _cli.RunAsync($"produce {topic}y --timeout 20", "x")).Failed().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json --whole", "--json and --whole contradict each other")]
    [InlineData("-z zip", "compression.type is \"zip\"")]
    public async Task Produce_WithOptionsThatCannotBe_SaysWhy(string options, string reason)
    {
        string topic = await _target.CreateTopicAsync("options");

        Assert.Contains(reason, (await _cli.RunAsync($"produce {topic} {options}", "x")).Failed(ExitCodes.WrongUsage).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Produce_Compressed_CanBeRead(string codec)
    {
        string topic = await _target.CreateTopicAsync("compressed");

        (await _cli.RunAsync($"produce {topic} -z {codec}", string.Concat(Enumerable.Repeat("again\n", 1000)))).Done();

        Assert.Equal(1000, (await _cli.RunAsync($"consume {topic}")).Done().Lines.Length);
    }

    /// <summary>Runs a command that reads as a member until an offset is committed.</summary>
    private async Task<CommandResult> ReadUntilCommittedAsync(string line, string group, TopicPartition partition, long offset)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var over = new CancellationTokenSource();
        Task<CommandResult> consuming = _cli.RunAsync($"{line} -X auto.commit.interval.ms=50", "", over.Token);
        await using LogBrokerClient client = _target.NewClient();
        while (!(await client.Admin.GroupOffsets.ListAsync(group)).TryGetValue(partition, out OffsetAndMetadata committed) || committed.Offset.Value < offset)
        {
            Assert.False(consuming.IsCompleted);
            await Task.Delay(20, patience.Token);
        }
        await over.CancelAsync();
        return (await consuming).Done();
    }
}
