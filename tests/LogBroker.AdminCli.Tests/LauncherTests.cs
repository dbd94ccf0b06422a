using LogBroker.Tests.Processes;

namespace LogBroker.AdminCli.Tests;

/// <summary>The launcher in a repository that holds nothing but it, with a .NET SDK that builds a shell.</summary>
public sealed class LauncherTests : IDisposable
{
    /// <summary>Its list of SDKs is longer than a pipe holds.</summary>
    private const string Sdk = """
        #!/usr/bin/env bash
        if [[ $1 == --list-sdks ]]; then echo '10.0.100 [here]'; seq 20000; exit; fi
        while [[ $1 != --output ]]; do shift; done
        mkdir -p "$2"
        cp "$(readlink -f "$(command -v bash)")" "$2/logbroker-server"
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("logbroker-launcher-").FullName;

    public LauncherTests()
    {
        if (OperatingSystem.IsWindows()) return;
        File.Copy(Path.Combine(ProgramInShell.RepositoryRoot(), "logbroker"), Path.Combine(_root, "logbroker"));
        foreach (string folder in new[] { "broker/LogBroker.Server", "client", "bin" }) Directory.CreateDirectory(Path.Combine(_root, folder));
        foreach (string file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json" }) File.WriteAllText(Path.Combine(_root, file), "");
        string sdk = Path.Combine(_root, "bin", "dotnet");
        File.WriteAllText(sdk, Sdk);
        File.SetUnixFileMode(sdk, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        // Newer than every build: each run builds.
        File.SetLastWriteTimeUtc(Path.Combine(_root, "global.json"), DateTime.UtcNow.AddHours(1));
    }

    private string[] Builds => [.. Directory.GetDirectories(Path.Combine(_root, "artifacts", "server")).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [ShellFact("bash")]
    public async Task Build_WhileABrokerRuns_LeavesTheBrokersFilesAlone()
    {
        using (ChildProcess broker = ChildProcess.Start(Launch("echo running; read line; true")))
        {
            Assert.Equal("running", await broker.Output.ReadLineAsync().WaitAsync(ChildProcess.DefaultTimeLimit));
            string old = Assert.Single(Builds);
            for (int build = 0; build < 2; build++) (await ChildProcess.RunAsync(Launch("true"))).Succeeded();

            Assert.Equal(3, Builds.Length);
            Assert.Contains(old, Builds);
        }

        (await ChildProcess.RunAsync(Launch("true"))).Succeeded();

        Assert.Equal(2, Builds.Length);
    }

    [ShellFact("bash")]
    public async Task Server_IsNotGivenTheCommandLinesVariables()
    {
        ProcessOutcome printed = (await ChildProcess.RunAsync(Launch("env", ("LOGBROKER_X_SASL_PASSWORD", "secret"), ("LOGBROKER_PROFILE", "prod"), ("LOGBROKER_NODE_ID", "7")))).Succeeded();

        Assert.Equal(["LOGBROKER_NODE_ID=7"], printed.Lines.Where(line => line.StartsWith("LOGBROKER_", StringComparison.Ordinal)));
    }

    private ProcessCommand Launch(string script, params (string Name, string Value)[] variables) => new(Path.Combine(_root, "logbroker"), "server", "-c", script)
    {
        Environment = new Dictionary<string, string>(variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)))
        {
            ["PATH"] = $"{Path.Combine(_root, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
        },
    };
}
