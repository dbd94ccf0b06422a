namespace LogBroker.Tests.Brokers;

/// <summary>What the environment says about the broker that is tested as a process.</summary>
internal static class BrokerEnvironment
{
    /// <summary>Apache Kafka's folder (<c>KAFKA_HOME</c>), or null when the machine has none.</summary>
    public static string? KafkaHome { get; } = Read("KAFKA_HOME");

    /// <summary>The repository's root, found by its solution file.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The server to start: <c>LOGBROKER_SERVER_DLL</c>, or the one built like these tests.</summary>
    public static string ServerAssembly { get; } = Read("LOGBROKER_SERVER_DLL") ?? Path.Combine(
        RepositoryRoot, "artifacts", "bin", "LogBroker.Server", Configuration, "logbroker-server.dll");

    private static string Configuration =>
#if DEBUG
        "debug";
#else
        "release";
#endif

    /// <summary>The value of a variable; null when it is unset or empty.</summary>
    public static string? Read(string name) =>
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
