using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Clients;

/// <summary>All clients of these tests and what each can do. The Java ones are there when KAFKA_HOME is set.</summary>
internal static class ForeignClients
{
    public static ForeignClient Kcat { get; } = new KcatClient
    {
        Administers = false,
        PublishesTimestamps = false,
        PublishesEmptyFields = false,
    };

    public static ForeignClient Python { get; } = new ScriptedClient(
        "kafka-python", new ProcessCommand("/usr/bin/python3", Source("python", "client.py")))
    {
        PublishesNullHeaderValues = false,
        PublishesBareRecords = false,
    };

    public static ForeignClient KafkaJs { get; } = new ScriptedClient("kafkajs", Node("kafkajs"))
    {
        Pulls = false,
        Codecs = ["none", "gzip"],
        PublishesNullHeaderValues = false,
        AnswersEndForLateTime = true,
    };

    // It reads snappy only as one raw block, which is not how Java and kafka-python write it.
    public static ForeignClient Platformatic { get; } = new ScriptedClient("platformatic", Node("platformatic"))
    {
        Codecs = ["none", "gzip", "snappy", "lz4"],
        UnreadableCodecs = ["snappy", "zstd"],
    };

    public static ForeignClient LibrdkafkaC { get; } = new ScriptedClient(
        "librdkafka", new ProcessCommand(Path.Combine(InteropEnvironment.InstalledDirectory, "librdkafka-client")));

    public static ForeignClient? Java { get; } = InteropEnvironment.KafkaHome is null
        ? null
        : new ScriptedClient("java", KafkaTools.Class("InteropClient"));

    public static IReadOnlyList<ForeignClient> All { get; } =
        [Kcat, Python, KafkaJs, Platformatic, LibrdkafkaC, .. Java is null ? Array.Empty<ForeignClient>() : [Java]];

    public static ForeignClient Named(string name) => All.Single(client => client.Name == name);

    public static TheoryData<string> WhereTrue(Func<ForeignClient, bool> condition) =>
        [.. All.Where(condition).Select(client => client.Name)];

    /// <summary>A file of one of the folders beside this one.</summary>
    public static string Source(string folder, string file) =>
        Path.Combine(InteropEnvironment.ProjectDirectory, "Clients", folder, file);

    /// <summary>A program that runs on Node.</summary>
    public static ProcessCommand Node(string folder, string file = "client.mjs") => new("node", Source(folder, file))
    {
        Environment = new Dictionary<string, string>
        {
            ["INTEROP_NODE_MODULES"] = Path.Combine(InteropEnvironment.InstalledDirectory, "node"),
        },
    };
}
