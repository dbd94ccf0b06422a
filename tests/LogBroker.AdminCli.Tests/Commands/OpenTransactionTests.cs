using System.Text.Json.Nodes;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>The verbs of txn against transactions of Apache Kafka.</summary>
public sealed class OpenTransactionTests(OpenTransactions transactions) : IClassFixture<OpenTransactions>
{
    private readonly CommandLineUnderTest? _cli = ClientTarget.IsKafka ? new(transactions.Target) : null;

    [KafkaOnlyFact]
    public async Task List_OfAnOpenTransaction_TellsItsState()
    {
        string id = await transactions.BeginAsync(await transactions.Target.CreateTopicAsync("list"), 1);

        JsonNode listed = (await _cli!.RunAsync("txn list --state Ongoing -o json")).Done().Json.AsArray().Single(listed => (string?)listed!["transactionalId"] == id)!;

        Assert.Equal("Ongoing", (string?)listed["state"]);
        Assert.Contains($"{id}\tOngoing\t{listed["producerId"]}", (await _cli.RunAsync("txn list")).Done().Lines);
        Assert.DoesNotContain(id, (await _cli.RunAsync("txn list --open-for 10m")).Done().Output, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task Describe_OfAnOpenTransaction_TellsItsPartitionsAndItsAge()
    {
        string topic = await transactions.Target.CreateTopicAsync("describe", 2);
        string id = await transactions.BeginAsync(topic, 2);

        JsonNode described = (await _cli!.RunAsync($"txn describe {id} -o json")).Done().Json[0]!;

        Assert.Equal("Ongoing", (string?)described["state"]);
        Assert.Equal([$"{topic}-0", $"{topic}-1"], described["partitions"]!.AsArray().Select(partition => (string)partition!).Order());
        Assert.InRange((double)described["openSeconds"]!, 0, 600);
        Assert.Equal(60, (double)described["timeoutSeconds"]!);
    }

    [KafkaOnlyFact]
    public async Task Describe_OfAnUnknownId_FailsAndStillTellsTheOthers()
    {
        string id = await transactions.BeginAsync(await transactions.Target.CreateTopicAsync("known"), 1);

        CommandResult failed = (await _cli!.RunAsync($"txn describe {id} {id}x")).Failed();

        Assert.Contains($"transactional-id\t{id}", failed.Lines);
        Assert.Contains($"{id}x", failed.Error, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {id}?", failed.Error, StringComparison.Ordinal);
    }

    [KafkaOnlyFact]
    public async Task FindHanging_OfALateWrite_FindsWhatAbortEnds()
    {
        string topic = await transactions.Target.CreateTopicAsync("hang", 2);
        string id = await transactions.HangAsync(new TopicPartition(topic, 1));

        CommandResult found = (await _cli!.RunAsync($"txn find-hanging --topic {topic} -o json")).Failed();
        JsonNode hanging = Assert.Single(found.Json.AsArray())!;
        Assert.Equal(id, (string?)hanging["transactionalId"]);
        Assert.Equal(1, (int)hanging["partition"]!);
        Assert.Contains("./logbroker txn abort", found.Error, StringComparison.Ordinal);
        string abort = $"txn abort --topic {topic} --partition 1 --start-offset {hanging["startOffset"]}";

        Assert.Contains("would be aborted", (await _cli.RunAsync($"{abort} --dry-run")).Done().Output, StringComparison.Ordinal);
        Assert.Equal(2, await ReadableAsync(topic));
        Assert.Contains("aborted", (await _cli.RunAsync(abort)).Done().Output, StringComparison.Ordinal);

        (await _cli.RunAsync($"txn find-hanging --topic {topic}")).Done();
        Assert.Equal(4, await ReadableAsync(topic));
        (await _cli.RunAsync(abort)).Failed();
    }

    [KafkaOnlyFact]
    public async Task FindHanging_OfAProducerNoCoordinatorKnows_FindsIt()
    {
        string topic = await transactions.Target.CreateTopicAsync("nobody");
        await transactions.WriteAsync(new TopicPartition(topic, 0), "nobody", producerId: 4_711_000, epoch: 3);

        JsonNode hanging = Assert.Single((await _cli!.RunAsync($"txn find-hanging --topic {topic} -o json")).Failed().Json.AsArray())!;

        Assert.Null(hanging["transactionalId"]);
        Assert.Equal(4_711_000, (long)hanging["producerId"]!);
        Assert.Equal(3, (int)hanging["producerEpoch"]!);
        (await _cli.RunAsync($"txn abort --topic {topic} --partition 0 --start-offset 0")).Done();
        (await _cli.RunAsync($"txn find-hanging --topic {topic}")).Done();
    }

    [KafkaOnlyFact]
    public async Task FindHanging_OfATransactionItsCoordinatorWillEnd_FindsNone()
    {
        string topic = await transactions.Target.CreateTopicAsync("fine");
        await transactions.BeginAsync(topic, 1);

        Assert.Empty((await _cli!.RunAsync($"txn find-hanging --topic {topic} --longer-than 0s -o json")).Done().Json.AsArray());
    }

    [KafkaOnlyFact]
    public async Task Abort_OfATransactionThatIsAlive_IsRefused()
    {
        string topic = await transactions.Target.CreateTopicAsync("alive");
        await transactions.BeginAsync(topic, 1);

        foreach (string tried in new[] { "", " --dry-run" })
        {
            string error = (await _cli!.RunAsync($"txn abort --topic {topic} --partition 0 --start-offset 0{tried}")).Failed().Error;
            Assert.Contains("does not hang", error, StringComparison.Ordinal);
        }
    }

    [KafkaOnlyFact]
    public async Task Doctor_OfAHangingTransaction_SaysHowToEndIt()
    {
        string topic = await transactions.Target.CreateTopicAsync("doctor");
        await transactions.HangAsync(new TopicPartition(topic, 0));

        CommandResult doctor = await _cli!.RunAsync("doctor -o json");

        JsonNode finding = doctor.Json.AsArray().Single(finding => ((string)finding!["finding"]!).Contains(topic, StringComparison.Ordinal))!;
        Assert.Equal("transactions", (string?)finding["check"]);
        Assert.Contains($"txn abort --topic {topic} --partition 0 --start-offset 2", (string)finding["advice"]!, StringComparison.Ordinal);
        (await _cli.RunAsync($"txn abort --topic {topic} --partition 0 --start-offset 2")).Done();
    }

    /// <summary>How far a read-committed reader gets.</summary>
    private async Task<long> ReadableAsync(string topic)
    {
        await using var client = transactions.Target.NewClient();
        var partition = new TopicPartition(topic, 1);
        var ends = await client.Admin.Partitions.ListOffsetsAsync(
            new Dictionary<TopicPartition, Client.OffsetSpec> { [partition] = Client.OffsetSpec.Latest }, Client.IsolationLevel.ReadCommitted);
        return ends[partition].Offset.Value;
    }
}
