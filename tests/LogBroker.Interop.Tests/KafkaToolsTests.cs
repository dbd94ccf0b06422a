using System.Text;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>Apache Kafka's command-line tools, unchanged, against the broker under test.</summary>
[Collection(ToolsBroker.Name)]
public sealed class KafkaToolsTests(BrokerFixture fixture)
{
    [KafkaHomeFact]
    public async Task KafkaTopics_CreatesAltersDescribesAndDeletes()
    {
        string topic = BrokerFixture.NewTopic("tools");
        await RunAsync("kafka-topics.sh", ["--create", "--topic", topic, "--partitions", "2", "--config", "retention.ms=60000"]);
        await TopicSetup.AwaitLeadersAsync(ForeignClients.LibrdkafkaC, fixture.Bootstrap, topic, 2);
        await RunAsync("kafka-topics.sh", ["--alter", "--topic", topic, "--partitions", "5"]);
        await TopicSetup.AwaitLeadersAsync(ForeignClients.LibrdkafkaC, fixture.Bootstrap, topic, 5);

        ProcessOutcome described = await RunAsync("kafka-topics.sh", ["--describe", "--topic", topic]);
        ProcessOutcome listed = await RunAsync("kafka-topics.sh", ["--list"]);
        await RunAsync("kafka-topics.sh", ["--delete", "--topic", topic]);

        Assert.Contains("PartitionCount: 5", described.Text, StringComparison.Ordinal);
        Assert.Contains("ReplicationFactor: 1", described.Text, StringComparison.Ordinal);
        Assert.Contains("retention.ms=60000", described.Text, StringComparison.Ordinal);
        Assert.Equal(5, described.Lines.Count(line => line.Contains("Leader: ", StringComparison.Ordinal)));
        Assert.Contains(topic, listed.Lines);
    }

    [KafkaHomeFact]
    public async Task ConsoleProducerAndConsumer_PassKeysHeadersAndValuesThrough()
    {
        string topic = await fixture.CreateTopicAsync("console");
        string[] lines = ["h1:v1\tk1\tone", "h1:v2,h2:x\tk2\ttwo", "h1:v3\tk3\tthree"];

        await RunAsync(
            "kafka-console-producer.sh",
            [
                "--topic", topic, "--reader-property", "parse.key=true", "--reader-property", "parse.headers=true",
                "--compression-codec", "lz4",
            ],
            string.Concat(lines.Select(line => line + "\n")));
        ProcessOutcome consumed = await RunAsync(
            "kafka-console-consumer.sh",
            [
                "--topic", topic, "--partition", "0", "--offset", "earliest", "--max-messages", "3",
                "--formatter-property", "print.key=true", "--formatter-property", "print.headers=true",
            ]);

        Assert.Equal(lines, consumed.Lines);
    }

    [KafkaHomeFact]
    public async Task KafkaConfigs_SetsDescribesAndRemovesATopicConfig()
    {
        string topic = await fixture.CreateTopicAsync("configs");
        string[] entity = ["--entity-type", "topics", "--entity-name", topic];

        await RunAsync("kafka-configs.sh", ["--alter", .. entity, "--add-config", "max.message.bytes=2000000"]);
        ProcessOutcome set = await RunAsync("kafka-configs.sh", ["--describe", .. entity]);
        await RunAsync("kafka-configs.sh", ["--alter", .. entity, "--delete-config", "max.message.bytes"]);
        ProcessOutcome removed = await RunAsync("kafka-configs.sh", ["--describe", "--all", .. entity]);

        Assert.Contains("max.message.bytes=2000000 sensitive=false", set.Text, StringComparison.Ordinal);
        Assert.Contains("DYNAMIC_TOPIC_CONFIG:max.message.bytes=2000000", set.Text, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes=1048588 sensitive=false", removed.Text, StringComparison.Ordinal);
        Assert.Contains("cleanup.policy=delete", removed.Text, StringComparison.Ordinal);
    }

    [KafkaHomeFact]
    public async Task KafkaConfigs_WithAnInvalidValue_IsRefused()
    {
        string topic = await fixture.CreateTopicAsync("refused");

        ProcessOutcome outcome = await ChildProcess.RunAsync(ToolAgainstBroker(
            "kafka-configs.sh",
            ["--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", "retention.ms=soon"]));

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("InvalidConfigurationException", outcome.Text + outcome.Errors, StringComparison.Ordinal);
    }

    [KafkaHomeFact]
    public async Task KafkaConfigs_ForTheBroker_ListsStaticAndDefaultValues()
    {
        ProcessOutcome described = await RunAsync(
            "kafka-configs.sh", ["--describe", "--all", "--entity-type", "brokers", "--entity-name", await BrokerIdAsync()]);

        Assert.Contains("STATIC_BROKER_CONFIG:num.partitions=2, DEFAULT_CONFIG:num.partitions=1", described.Text, StringComparison.Ordinal);
        Assert.Contains("DEFAULT_CONFIG:log.segment.bytes=1073741824", described.Text, StringComparison.Ordinal);
    }

    [KafkaHomeFact]
    public async Task GetOffsetsAndDeleteRecords_MoveTheLogStart()
    {
        string topic = await fixture.CreateTopicAsync("trimmed");
        ForeignRecord[] records = [.. Enumerable.Range(0, 10).Select(i => ForeignRecord.OfText($"{i}", $"{i}"))];
        await ForeignClients.LibrdkafkaC.PublishAsync(fixture.Bootstrap, topic, 0, "none", records);
        string request = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            request, $$"""{"partitions":[{"topic":"{{topic}}","partition":0,"offset":4}],"version":1}""");

        ProcessOutcome deleted = await RunAsync("kafka-delete-records.sh", ["--offset-json-file", request]);
        ProcessOutcome earliest = await RunAsync("kafka-get-offsets.sh", ["--topic", topic, "--time", "earliest"]);
        ProcessOutcome latest = await RunAsync("kafka-get-offsets.sh", ["--topic", topic, "--time", "latest"]);
        File.Delete(request);

        Assert.Contains("low_watermark: 4", deleted.Text, StringComparison.Ordinal);
        Assert.Equal([$"{topic}:0:4"], earliest.Lines);
        Assert.Equal([$"{topic}:0:10"], latest.Lines);
    }

    [KafkaHomeFact]
    public async Task KafkaLogDirs_ShowsTheSizeOfTheTopic()
    {
        string topic = await fixture.CreateTopicAsync("sized");
        ForeignRecord[] records = [ForeignRecord.OfText("key", new string('x', 5000))];
        await ForeignClients.LibrdkafkaC.PublishAsync(fixture.Bootstrap, topic, 0, "none", records);

        ProcessOutcome described = await RunAsync("kafka-log-dirs.sh", ["--describe", "--topic-list", topic]);

        Assert.Matches($@"""partition"":""{topic}-0"",""size"":50\d\d,", described.Text);
        Assert.DoesNotContain("\"error\":\"", described.Text, StringComparison.Ordinal);
    }

    [KafkaHomeFact]
    public async Task BrokerApiVersions_ListsWhatIsServed()
    {
        ProcessOutcome listed = await RunAsync("kafka-broker-api-versions.sh", []);

        Assert.Contains("Produce(0): 0 to 1", listed.Text, StringComparison.Ordinal);
        Assert.Contains("Fetch(1): 4 to 1", listed.Text, StringComparison.Ordinal);
    }

    private async Task<string> BrokerIdAsync()
    {
        string topic = await fixture.CreateTopicAsync("whoami");
        return $"{(await ForeignClients.LibrdkafkaC.DescribeLeadersAsync(fixture.Bootstrap, topic))[0]}";
    }

    private ProcessCommand ToolAgainstBroker(string script, string[] arguments) =>
        KafkaTools.Tool(script, ["--bootstrap-server", fixture.Bootstrap, .. arguments]);

    private async Task<ProcessOutcome> RunAsync(string script, string[] arguments, string input = "") =>
        (await ChildProcess.RunAsync(ToolAgainstBroker(script, arguments), Encoding.UTF8.GetBytes(input))).Succeeded();
}
