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

    [Fact]
    public async Task Pictures_AreThoseThereAre()
    {
        string root = ProgramInShell.RepositoryRoot();
        string readme = await File.ReadAllTextAsync(Path.Combine(root, "README.md"));

        IReadOnlyList<Match> shown = Picture().Matches(readme);

        Assert.All(shown, picture => Assert.True(picture.Groups["says"].Length > 20, $"{picture.Value} does not say what is to be seen"));
        Assert.Equal(
            Directory.GetFiles(Path.Combine(root, "admin-cli", "screenshots")).Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
            shown.Select(picture => picture.Groups["file"].Value).Order(StringComparer.Ordinal));
    }

    /// <summary>GitHub shows pictures without what they would fetch, and readers are not to be followed by hosts of others.</summary>
    [Fact]
    public void Pictures_NameNoHosts()
    {
        string[] pictures = Directory.GetFiles(Path.Combine(ProgramInShell.RepositoryRoot(), "admin-cli", "screenshots"));

        Assert.All(pictures, picture => Assert.All(Host().Matches(File.ReadAllText(picture)), host => Assert.Equal("http://www.w3.org", host.Value)));
    }

    [GeneratedRegex(@"!\[(?<says>[^\]]*)\]\((?<file>[^)]*)\)")]
    private static partial Regex Picture();

    [GeneratedRegex("https?://[^/\"< ]+|url\\((?!#)[^)]*\\)|@import")]
    private static partial Regex Host();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
