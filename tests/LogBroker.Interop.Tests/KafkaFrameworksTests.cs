using System.Text;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>Kafka Streams and Kafka Connect, unchanged, on the broker under test.</summary>
[Collection(ToolsBroker.Name)]
public sealed class KafkaFrameworksTests(BrokerFixture fixture)
{
    private const string Input = "streams-plaintext-input";
    private const string Output = "streams-wordcount-output";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [KafkaHomeFact]
    public async Task Streams_WordCount_CountsAcrossARestart()
    {
        await TopicSetup.CreateAsync(fixture.Bootstrap, Input, 2);
        await TopicSetup.CreateAsync(fixture.Bootstrap, Output, 1);
        string directory = Directory.CreateTempSubdirectory("logbroker-streams-").FullName;
        string settings = Path.Combine(directory, "streams.properties");
        await File.WriteAllTextAsync(
            settings, $"bootstrap.servers={fixture.Bootstrap}\nstate.dir={directory}\ncommit.interval.ms=200\n"
            + "session.timeout.ms=6000\nheartbeat.interval.ms=1000\n");

        await PublishAsync("all streams lead to the sea", "all is well");
        await CountUntilAsync(settings, "all\t2");
        // The state is rebuilt from its changelog: the second run has a directory of its own.
        Directory.Delete(Path.Combine(directory, "streams-wordcount"), recursive: true);
        await PublishAsync("all over again");
        string[] counts = await CountUntilAsync(settings, "all\t3");
        Directory.Delete(directory, recursive: true);

        Assert.Contains("sea\t1", counts);
        Assert.Single(counts, "all\t2");
    }

    [KafkaHomeFact]
    public async Task Connect_FileSourceAndSink_CarryEveryLine()
    {
        string topic = await fixture.CreateTopicAsync("connect");
        string directory = Directory.CreateTempSubdirectory("logbroker-connect-").FullName;
        string[] lines = [.. Enumerable.Range(0, 500).Select(i => $"line {i}")];
        await File.WriteAllTextAsync(Path.Combine(directory, "in.txt"), string.Concat(lines.Select(line => line + "\n")));
        string sink = Path.Combine(directory, "out.txt");
        string worker = await WriteAsync(
            directory, "worker", $"bootstrap.servers={fixture.Bootstrap}",
            "key.converter=org.apache.kafka.connect.storage.StringConverter",
            "value.converter=org.apache.kafka.connect.storage.StringConverter",
            $"offset.storage.file.filename={directory}/offsets", "offset.flush.interval.ms=500",
            "listeners=http://127.0.0.1:0", $"plugin.path={InteropEnvironment.KafkaHome}/libs/connect-file-4.3.1.jar");
        string source = await WriteAsync(
            directory, "source", "name=source", "connector.class=FileStreamSource", "tasks.max=1",
            $"file={directory}/in.txt", $"topic={topic}");
        string target = await WriteAsync(
            directory, "sink", "name=sink", "connector.class=FileStreamSink", "tasks.max=1", $"file={sink}", $"topics={topic}");

        using (ChildProcess connect = ChildProcess.Start(KafkaTools.Tool("connect-standalone.sh", worker, source, target)))
        {
            Task<string> said = connect.Output.ReadToEndAsync();
            await Deadline.PollAsync(
                () => connect.HasExited || (File.Exists(sink) && File.ReadLines(sink).Count() >= lines.Length),
                Limit,
                () => $"the sink is not full\n{connect.Errors}");
            connect.Signal(UnixSignal.Terminate);
            await connect.WaitForExitAsync(Limit);
            Assert.True(File.Exists(sink), await said);
        }

        Assert.Equal(lines, await File.ReadAllLinesAsync(sink));
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<string> WriteAsync(string directory, string name, params string[] lines)
    {
        string path = Path.Combine(directory, name + ".properties");
        await File.WriteAllLinesAsync(path, lines);
        return path;
    }

    private async Task PublishAsync(params string[] lines) => (await ChildProcess.RunAsync(
        KafkaTools.Tool("kafka-console-producer.sh", "--bootstrap-server", fixture.Bootstrap, "--topic", Input),
        Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))))).Succeeded();

    /// <summary>Runs the application until its output holds a line; returns the output.</summary>
    private async Task<string[]> CountUntilAsync(string settings, string wanted)
    {
        using ChildProcess application = ChildProcess.Start(
            KafkaTools.Class("org.apache.kafka.streams.examples.wordcount.WordCountDemo", settings));
        Task<string> said = application.Output.ReadToEndAsync();
        string[] counts = [];
        await Deadline.PollAsync(
            async () => (counts = await CountsAsync()).Contains(wanted) || application.HasExited,
            Limit,
            () => $"{string.Join(' ', counts)}\n{application.Errors}");
        application.Signal(UnixSignal.Terminate);
        await application.WaitForExitAsync(Limit);
        Assert.True(counts.Contains(wanted), $"{await said}\n{application.Errors}");
        return counts;
    }

    private async Task<string[]> CountsAsync()
    {
        ProcessOutcome consumed = await ChildProcess.RunAsync(KafkaTools.Tool(
            "kafka-console-consumer.sh",
            "--bootstrap-server", fixture.Bootstrap, "--topic", Output, "--partition", "0", "--offset", "earliest",
            "--timeout-ms", "3000", "--formatter-property", "print.key=true", "--formatter-property", "print.value=true",
            "--formatter-property", "value.deserializer=org.apache.kafka.common.serialization.LongDeserializer"));
        return [.. consumed.Lines];
    }
}
