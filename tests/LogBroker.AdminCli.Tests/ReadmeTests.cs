using System.Text.RegularExpressions;
using LogBroker.AdminCli.Commands;
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
        string[] commands = [.. ShellBlock().Matches(await ReadmeAsync()).SelectMany(match => match.Groups[1].Value.Split('\n')).Where(line => line.Contains("./logbroker ", StringComparison.Ordinal))];
        // The broker is there already; everything else is typed.
        Assert.StartsWith("./logbroker server ", commands[0], StringComparison.Ordinal);
        string typed = string.Join('\n', commands.Skip(1));

        string[] lines = await ProgramInShell.RunAsync(typed.Replace("./logbroker ", "program ", StringComparison.Ordinal), target.Bootstrap);

        Assert.Equal(["hello, there", "99996", "99997", "99998", "99999", "100000", "1", "2", "3"], lines.Take(9));
        Assert.Contains("lag\t99997", lines);
        Assert.Contains("records\t100000", lines);
        Assert.Contains("healthy\ttrue", lines);
    }

    [Fact]
    public async Task Commands_InSentences_AreThoseThereAre()
    {
        string sentences = Block().Replace(await ReadmeAsync(), "");
        string[] commands =
        [
            .. Code().Matches(sentences).Select(code => Regex.Replace(code.Groups[1].Value, @"\s+", " "))
                .Select(code => Command().Match(code).Groups[1].Value)
                .Where(command => command.Length > 0 && !command.StartsWith("server ", StringComparison.Ordinal) && command != "NOUN VERB"),
        ];

        Assert.Contains("bench end-to-end", commands);
        Assert.Contains("completion bash", commands);
        Assert.All(commands, command => Assert.True(IsKnown(command), $"./logbroker does not know: {command}"));
    }

    [Fact]
    public async Task Nouns_AreAllInTheTable()
    {
        string[] told = [.. (await ReadmeAsync()).Split('\n').SkipWhile(line => line != "| noun | verbs |").TakeWhile(line => line.StartsWith('|'))];

        Assert.All(Tree().Subcommands, noun => Assert.Contains(told, line => line.Split('|')[1].Contains($"`{noun.Name}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pictures_AreThoseThereAre()
    {
        string root = ProgramInShell.RepositoryRoot();
        string readme = await ReadmeAsync();

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

    private static Task<string> ReadmeAsync() => File.ReadAllTextAsync(Path.Combine(ProgramInShell.RepositoryRoot(), "README.md"));

    private static bool IsKnown(string command)
    {
        System.CommandLine.ParseResult parsed = Tree().Parse(command, CommandRun.Parsing);
        return parsed.Errors.Count == 0 && UsageFailure.UnknownOption(parsed) is null;
    }

    private static System.CommandLine.Command Tree()
    {
        var environment = new CommandEnvironment { Output = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Variables = new Dictionary<string, string>() };
        return new CommandTree(environment).Build();
    }

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?:^|\()\./logbroker ([^)]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"!\[(?<says>[^\]]*)\]\((?<file>[^)]*)\)")]
    private static partial Regex Picture();

    [GeneratedRegex("https?://[^/\"< ]+|url\\((?!#)[^)]*\\)|@import")]
    private static partial Regex Host();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
