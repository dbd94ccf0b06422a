using LogBroker.AdminCli.Tests.Commands;
using LogBroker.Client;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.LogFiles;

/// <summary>The files Apache Kafka leaves when it is killed are without fault.</summary>
public sealed class KafkaDirectoryTests
{
    [KafkaOnlyFact]
    public async Task Verify_OfAKilledKafka_FindsNoFault()
    {
        await using ClientTarget kafka = await ClientTarget.StartProcessAsync();
        string topic = await kafka.CreateTopicAsync("written", 2, ("segment.bytes", "1048576"), ("index.interval.bytes", "100"));
        await kafka.CreateTopicAsync("empty");
        await kafka.ProduceAsync(topic, 2000);
        await kafka.CommitAsync("g", new(topic, 0), 5);
        await AbortAsync(kafka, topic);
        await kafka.KillAsync();
        using DataCopy data = kafka.KeepData();
        string directory = Path.GetDirectoryName(Assert.Single(Directory.GetDirectories(data.Directory, $"{topic}-0", SearchOption.AllDirectories)))!;

        CommandResult verified = await new CommandLineUnderTest().RunAsync($"log verify {directory}");

        Assert.Empty(verified.Lines);
        Assert.EndsWith(" segments, no fault\n", verified.Done().Error, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(directory, $"{topic}-1"), "*.txnindex"));
    }

    /// <summary>A transaction that is aborted while another is open, twice.</summary>
    private static async Task AbortAsync(ClientTarget kafka, string topic)
    {
        await using LogBrokerClient client = kafka.NewClient();
        await using var one = client.CreateTransactionalProducer<Null, string>("one");
        await using var other = client.CreateTransactionalProducer<Null, string>("other");
        for (int round = 0; round < 2; round++)
        {
            await one.BeginTransactionAsync();
            await other.BeginTransactionAsync();
            await other.ProduceAsync(new ProducerRecord<Null, string>(topic, default, "kept") { Partition = 1 });
            await one.ProduceAsync(new ProducerRecord<Null, string>(topic, default, "dropped") { Partition = 1 });
            await one.AbortAsync();
            await other.CommitAsync();
        }
    }
}
