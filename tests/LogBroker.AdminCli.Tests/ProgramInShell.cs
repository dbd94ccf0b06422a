using LogBroker.Tests.Processes;

namespace LogBroker.AdminCli.Tests;

/// <summary>The program as a shell runs it.</summary>
internal static class ProgramInShell
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    /// <summary>Runs a script in which <c>program</c> is the command line.</summary>
    /// <returns>The lines it wrote to standard output; it must have ended well.</returns>
    public static async Task<string[]> RunAsync(string script, string bootstrap)
    {
        // Not the copy beside the tests: that one lacks what ASP.NET Core brings to them.
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(RepositoryRoot(), "artifacts", "bin", "LogBroker.AdminCli", configuration, "logbroker-admin.dll");
        var shell = new ProcessCommand("bash", "-euo", "pipefail", "-c", $"program_path='{program}'; program() {{ dotnet \"$program_path\" \"$@\"; }}\n{script}")
        {
            Environment = new Dictionary<string, string>
            {
                ["LOGBROKER_BOOTSTRAP_SERVERS"] = bootstrap,
                ["LOGBROKER_PROFILES"] = Path.Combine(AppContext.BaseDirectory, "no-profiles.json"),
                [Clusters.LiveNames.TimeoutVariable] = "60",
            },
        };
        return [.. (await ChildProcess.RunAsync(shell, timeLimit: TimeLimit)).Succeeded().Lines];
    }

    public static string RepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "LogBroker.sln"))) return folder;
        throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
