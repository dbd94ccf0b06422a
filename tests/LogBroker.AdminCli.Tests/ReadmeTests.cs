using System.Diagnostics;
using System.Text.RegularExpressions;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests;

/// <summary>What README tells a new user to type, typed into a shell.</summary>
public sealed partial class ReadmeTests
{
    [LogBrokerOnlyFact]
    public async Task FirstFiveMinutes_PrintWhatTheySay()
    {
        if (OperatingSystem.IsWindows()) return;
        await using ClientTarget target = await ClientTarget.StartAsync(("auto.create.topics.enable", "true"), ("num.partitions", "1"));
        string typed = ShellBlock().Matches(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "README.md")))
            .Select(match => match.Groups[1].Value)
            .Single(block => block.Contains("hello, there", StringComparison.Ordinal));

        string[] lines = await RunAsync(typed.Replace("./logbroker ", "program ", StringComparison.Ordinal), target.Bootstrap);

        Assert.Equal(["hello, there", "99996", "99997", "99998", "99999", "100000", "1", "2", "3"], lines.Take(9));
        Assert.Contains("lag\t99997", lines);
        Assert.Contains("records\t100000", lines);
        Assert.Contains("healthy\ttrue", lines);
    }

    private static async Task<string[]> RunAsync(string script, string bootstrap)
    {
        // Not the copy beside the tests: that one lacks what ASP.NET Core brings to them.
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(RepositoryRoot(), "artifacts", "bin", "LogBroker.AdminCli", configuration, "logbroker-admin.dll");
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in new[] { "-euo", "pipefail", "-c", $"program() {{ dotnet '{program}' \"$@\"; }}\n{script}" }) start.ArgumentList.Add(word);
        start.Environment["LOGBROKER_BOOTSTRAP_SERVERS"] = bootstrap;
        start.Environment["LOGBROKER_PROFILES"] = Path.Combine(AppContext.BaseDirectory, "no-profiles.json");
        using Process shell = Process.Start(start)!;
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"exit code {shell.ExitCode}\n{output}\n{await errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string RepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "LogBroker.sln"))) return folder;
        throw new InvalidOperationException("The tests run outside of the repository.");
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
