using System.Text.RegularExpressions;
using LogBroker.Interop.Tests.Brokers;
using LogBroker.Interop.Tests.Clients;

namespace LogBroker.Interop.Tests;

/// <summary>What README tells a new user to type, typed.</summary>
[Collection(ToolsBroker.Name)]
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task FirstFiveMinutes_PrintWhatTheySay()
    {
        await ClientInstallation.EnsureAsync();
        string readme = await File.ReadAllTextAsync(Path.Combine(InteropEnvironment.RepositoryRoot, "README.md"));
        string typed = ShellBlock().Matches(readme).Select(match => match.Groups[1].Value)
            .Single(block => block.Contains("hello, log", StringComparison.Ordinal));
        // With the defaults of a user, but for the ports.
        using BrokerProcess broker = await TestedBroker.StartAsync(WrittenLogs.NewDirectory("readme"));
        string script = typed.Replace("127.0.0.1:9092", broker.Bootstrap, StringComparison.Ordinal)
            .Replace("127.0.0.1:9644", broker.HttpAddress, StringComparison.Ordinal);

        ProcessOutcome outcome = (await ChildProcess.RunAsync(
            new ProcessCommand("bash", "-euo", "pipefail", "-c", script))).Succeeded();
        await broker.StopAsync();

        Assert.Equal("hello, log", outcome.Lines[0]);
        Assert.Equal(["99996", "99997", "99998", "99999", "100000"], outcome.Lines.Skip(1).Take(5));
        Assert.Equal(["1", "2", "3"], outcome.Lines.Skip(6).Take(3));
        Assert.Contains("topic \"numbers\" with 1 partitions", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("ready", outcome.Lines[^1], StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
