using System.Text.RegularExpressions;
using LogBroker.AdminCli.Tests.LogFiles;
using LogBroker.Client.Tests.Targets;
using LogBroker.Protocol;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>Makes what the samples of verbs are about: topics with records, groups that have committed, files, profiles, transactions.</summary>
public sealed partial class VerbStage : IAsyncLifetime
{
    private readonly WrittenPartition _partition = new();
    private readonly OpenTransactions _transactions = new();

    /// <summary>Where topics and groups are.</summary>
    public ClientTarget Target { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _transactions.InitializeAsync();
        await _partition.InitializeAsync();
        Target = ClientTarget.IsKafka ? _transactions.Target : await ClientTarget.SharedAsync();
    }

    public async Task DisposeAsync()
    {
        await _partition.DisposeAsync();
        await _transactions.DisposeAsync();
    }

    /// <summary>A command line with things of its own in place of the words in braces.</summary>
    internal async Task<string> SetAsync(string line, CommandLineUnderTest cli)
    {
        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in Braces().Matches(line).Select(match => match.Value).Distinct())
            if (!made.ContainsKey(word)) made[word] = await MakeAsync(word, made, cli);
        return Braces().Replace(line, match => made[match.Value]);
    }

    private async Task<string> MakeAsync(string word, Dictionary<string, string> made, CommandLineUnderTest cli)
    {
        switch (word)
        {
            case "{new}":
                return ClientTarget.NewName("new");
            case "{topic}":
                return await TopicAsync();
            case "{group}":
                string group = ClientTarget.NewName("group");
                made["{topic}"] = await TopicAsync();
                await Target.CommitAsync(group, new TopicPartition(made["{topic}"], 0), 2);
                return group;
            case "{profile}":
                await cli.RunAsync("profile set sample -b a:9092");
                return "sample";
            case "{partition-folder}":
                return _partition.Copy();
            case "{damaged-folder}":
                string copy = _partition.Copy();
                string log = Directory.GetFiles(copy, "*.log").Order().First();
                byte[] bytes = await File.ReadAllBytesAsync(log);
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(log, bytes);
                return copy;
            case "{any-transaction}":
                await _transactions.BeginAsync(await TopicAsync(), 1);
                return "--open-for 0s";
            case "{transaction}":
                return await _transactions.BeginAsync(await TopicAsync(), 1);
            case "{hanging}":
                string hanging = await Target.CreateTopicAsync("hanging");
                await _transactions.HangAsync(new TopicPartition(hanging, 0));
                return hanging;
            default:
                throw new ArgumentException($"Nothing is made for {word}.", nameof(word));
        }
    }

    private async Task<string> TopicAsync()
    {
        string topic = await Target.CreateTopicAsync("sample", 1, ("segment.bytes", "10485760"));
        await Target.ProduceAsync(topic, 3);
        return topic;
    }

    [GeneratedRegex(@"\{[a-z-]+\}")]
    private static partial Regex Braces();
}
