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
        string typed = ShellBlock().Matches(await File.ReadAllTextAsync(Path.Combine(ProgramInShell.RepositoryRoot(), "README.md")))
            .Select(match => match.Groups[1].Value)
            .Single(block => block.Contains("hello, there", StringComparison.Ordinal));

        string[] lines = await ProgramInShell.RunAsync(typed.Replace("./logbroker ", "program ", StringComparison.Ordinal), target.Bootstrap);

        Assert.Equal(["hello, there", "99996", "99997", "99998", "99999", "100000", "1", "2", "3"], lines.Take(9));
        Assert.Contains("lag\t99997", lines);
        Assert.Contains("records\t100000", lines);
        Assert.Contains("healthy\ttrue", lines);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
