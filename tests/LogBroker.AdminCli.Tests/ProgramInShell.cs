using System.Diagnostics;

namespace LogBroker.AdminCli.Tests;

/// <summary>The program as a shell runs it.</summary>
internal static class ProgramInShell
{
    /// <summary>Runs a script in which <c>program</c> is the command line.</summary>
    /// <returns>The lines it wrote to standard output; it must have ended well.</returns>
    public static async Task<string[]> RunAsync(string script, string bootstrap)
    {
        // Not the copy beside the tests: that one lacks what ASP.NET Core brings to them.
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(RepositoryRoot(), "artifacts", "bin", "LogBroker.AdminCli", configuration, "logbroker-admin.dll");
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in new[] { "-euo", "pipefail", "-c", $"program_path='{program}'; program() {{ dotnet \"$program_path\" \"$@\"; }}\n{script}" }) start.ArgumentList.Add(word);
        start.Environment["LOGBROKER_BOOTSTRAP_SERVERS"] = bootstrap;
        start.Environment["LOGBROKER_PROFILES"] = Path.Combine(AppContext.BaseDirectory, "no-profiles.json");
        start.Environment[Clusters.LiveNames.TimeoutVariable] = "60";
        using Process shell = Process.Start(start)!;
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"exit code {shell.ExitCode}\n{output}\n{await errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static string RepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "LogBroker.sln"))) return folder;
        throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
