using System.Text;
using System.Text.Json;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>Apache Kafka's tools that load and verify a broker, unchanged, against the broker under test.</summary>
[Collection(ToolsBroker.Name)]
public sealed class KafkaLoadToolsTests(BrokerFixture fixture)
{
    private const int Messages = 2000;

    [KafkaHomeFact]
    public async Task VerifiableProducerAndConsumer_ConsumeWhatWasAcknowledged()
    {
        string topic = await fixture.CreateTopicAsync("verifiable", 3);

        ProcessOutcome produced = await RunAsync("kafka-verifiable-producer.sh", "--topic", topic, "--max-messages", $"{Messages}");
        ProcessOutcome consumed = await RunAsync(
            "kafka-verifiable-consumer.sh", "--topic", topic, "--group-id", topic, "--max-messages", $"{Messages}");

        Assert.Equal(Messages, EventsOf(produced, "producer_send_success").Count);
        Assert.Empty(EventsOf(produced, "producer_send_error"));
        Assert.Equal(Messages, EventsOf(consumed, "records_consumed").Sum(found => found.GetProperty("count").GetInt32()));
        Assert.All(EventsOf(consumed, "offsets_committed"), found => Assert.True(found.GetProperty("success").GetBoolean()));
        Assert.Equal(
            3, EventsOf(consumed, "partitions_assigned").Sum(found => found.GetProperty("partitions").GetArrayLength()));
    }

    [KafkaHomeFact]
    public async Task PerformanceTools_ProduceAndConsumeAll()
    {
        string topic = await fixture.CreateTopicAsync("perf");

        ProcessOutcome produced = await RunAsync(
            "kafka-producer-perf-test.sh",
            "--topic", topic, "--num-records", $"{Messages}", "--record-size", "500", "--throughput", "-1");
        ProcessOutcome consumed = await RunAsync(
            "kafka-consumer-perf-test.sh", "--topic", topic, "--num-records", $"{Messages}", "--timeout", "30000");

        Assert.Contains($"{Messages} records sent", produced.Text, StringComparison.Ordinal);
        string[] figures = consumed.Lines[^1].Split(", ");
        Assert.Equal($"{Messages}", figures[4]);
    }

    [KafkaHomeFact]
    public async Task EndToEndLatency_IsMeasured()
    {
        string topic = await fixture.CreateTopicAsync("latency");

        ProcessOutcome measured = (await ChildProcess.RunAsync(
            KafkaTools.Tool("kafka-e2e-latency.sh", fixture.Bootstrap, topic, "200", "all", "100"))).Succeeded();

        Assert.Matches(@"Percentiles: 50th = \d+, 99th = \d+, 99.9th = \d+", measured.Text);
    }

    private static List<JsonElement> EventsOf(ProcessOutcome outcome, string name) =>
    [
        .. outcome.Lines.Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(found => found.GetProperty("name").GetString() == name),
    ];

    private async Task<ProcessOutcome> RunAsync(string script, params string[] arguments) =>
        (await ChildProcess.RunAsync(KafkaTools.Tool(script, ["--bootstrap-server", fixture.Bootstrap, .. arguments])))
        .Succeeded();
}
