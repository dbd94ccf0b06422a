namespace LogBroker.Interop.Tests.Brokers;

/// <summary>What the environment says about a run of these tests.</summary>
internal static class InteropEnvironment
{
    /// <summary>Apache Kafka's folder (<c>KAFKA_HOME</c>), or null when the machine has none.</summary>
    public static string? KafkaHome { get; } = Read("KAFKA_HOME");

    /// <summary><c>LOGBROKER_INTEROP_TARGET=kafka</c> puts Apache Kafka in our broker's place, to prove the tests.</summary>
    public static bool TargetIsKafka { get; } = Read("LOGBROKER_INTEROP_TARGET") == "kafka";

    /// <summary><c>LOGBROKER_INTEROP_FULL=1</c>: the full counts (1,000,000 lines a codec, 20 kills).</summary>
    public static bool IsFull { get; } = Read("LOGBROKER_INTEROP_FULL") == "1";

    /// <summary><c>LOGBROKER_INTEROP_KEEP=1</c>: the brokers' data directories stay, to look into.</summary>
    public static bool KeepsData { get; } = Read("LOGBROKER_INTEROP_KEEP") == "1";

    /// <summary>The repository's root, found by its solution file.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>What <c>install</c> built and fetched.</summary>
    public static string InstalledDirectory { get; } = Path.Combine(RepositoryRoot, "artifacts", "interop");

    public static string ProjectDirectory { get; } =
        Path.Combine(RepositoryRoot, "tests", "LogBroker.Interop.Tests");

    /// <summary>The server to start: <c>LOGBROKER_SERVER_DLL</c>, or the one built like these tests.</summary>
    public static string ServerAssembly { get; } = Read("LOGBROKER_SERVER_DLL") ?? Path.Combine(
        RepositoryRoot, "artifacts", "bin", "LogBroker.Server", Configuration, "logbroker-server.dll");

    private static string Configuration =>
#if DEBUG
        "debug";
#else
        "release";
#endif

    private static string? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LogBroker.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("no LogBroker.sln above " + AppContext.BaseDirectory);
    }
}
