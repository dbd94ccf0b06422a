using System.CommandLine;
using System.Text.Json.Nodes;
using LogBroker.AdminCli.Commands;
using LogBroker.Client.Tests.Targets;
using YamlDotNet.RepresentationModel;

namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>What holds for every verb there is. A verb without a sample fails.</summary>
[Collection(DemoTests.Alone)]
public sealed class VerbTests(VerbStage stage) : IClassFixture<VerbStage>, IAsyncLifetime
{
    private const string Password = "Tr0ub4dor";

    private static readonly string[] Formats = ["table", "json", "ndjson", "yaml", "plain"];

    private readonly CommandLineUnderTest _cli = new(stage.Target);

    public static TheoryData<string> Verbs => [.. Tree().Keys.Where(IsServed)];

    public static TheoryData<string> VerbsThatChange => [.. Tree().Where(verb => verb.Value.Effect != VerbEffect.None && IsServed(verb.Key)).Select(verb => verb.Key)];

    public static TheoryData<string> VerbsThatDestroy => [.. Tree().Where(verb => verb.Value.Effect == VerbEffect.Destroys && IsServed(verb.Key)).Select(verb => verb.Key)];

    public Task InitializeAsync() => _cli.RunAsync($"profile set here -b {stage.Target.Bootstrap}");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Samples_AreOfTheVerbsThereAre() => Assert.Equal(Tree().Keys.Order(), VerbSample.All.Keys.Order());

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Output_OfAVerb_IsTheSameInEachFormat(string verb)
    {
        VerbSample sample = VerbSample.All[verb];
        if (sample.Says is VerbOutput.Script or VerbOutput.Nothing)
        {
            foreach (string format in Formats)
            {
                string output = (await RunAsync(verb, format)).Output.Trim();
                Assert.True(sample.Says == VerbOutput.Script ? output.Contains("logbroker", StringComparison.Ordinal) : IsNothing(output), output);
            }
            return;
        }

        CommandResult[] outputs = await Task.WhenAll(Formats.Select(format => RunAsync(verb, format)));
        (CommandResult table, JsonNode json, CommandResult ndjson, CommandResult yaml, CommandResult plain) = (outputs[0], outputs[1].Json, outputs[2], outputs[3], outputs[4]);
        string[] shape = Shape(json);
        if (shape.Length == 0)
        {
            Assert.Equal("cluster features", verb);
            return;
        }
        Assert.Equal(shape, Shape(LinesOf(ndjson.Lines, json)));
        Assert.Equal(shape, Shape(yaml.Output));
        Assert.NotEmpty(plain.Lines);
        Assert.DoesNotContain('\e', plain.Output + table.Output);
        if (sample.Says == VerbOutput.Records)
        {
            Assert.Equal(plain.Lines.Length + 1, table.Lines.Length);
            return;
        }
        foreach (string name in Names(json)) Assert.Contains(Header(name), table.Output, StringComparison.Ordinal);
        if (json is JsonArray { Count: > 0 } array && array[0]!.AsObject().All(property => property.Value is not JsonArray or JsonArray { Count: 0 }))
            Assert.All(plain.Lines, line => Assert.Equal(shape.Length, line.Split('\t').Length));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_OfAVerb_AsksNobodyAndHasExamples(string verb)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var cli = new CommandLineUnderTest { ["LOGBROKER_BOOTSTRAP_SERVERS"] = listener.LocalEndpoint.ToString()! };

        string help = (await cli.RunAsync($"{verb} --help")).Done().Output;

        Assert.False(listener.Pending());
        Assert.Contains($"Examples:\n  ./logbroker {verb}", help, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"Arguments:\n  <[^>]*\|", help);
    }

    [Fact]
    public void Examples_AreOfWordsThereAre()
    {
        var environment = new CommandEnvironment { Output = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Variables = new Dictionary<string, string>() };
        Command root = new CommandTree(environment).Build();

        Assert.Equal(Tree().Keys.Order(), Examples.Verbs.Order());
        foreach (string example in Examples.Verbs.SelectMany(Examples.Of))
        {
            // What follows a pipe is another program.
            string words = example.Split(" | ")[0].Split(" > ")[0].Split(" < ")[0]["./logbroker ".Length..];
            ParseResult parsed = root.Parse(words.Replace('\'', '"'), CommandRun.Parsing);
            Assert.True(parsed.Errors.Count == 0 && UsageFailure.UnknownOption(parsed) is null, example);
        }
    }

    [Theory]
    [MemberData(nameof(VerbsThatChange))]
    public async Task DryRun_OfAVerb_ChangesNothing(string verb)
    {
        string line = await stage.SetAsync($"{verb} {VerbSample.All[verb].Arguments} --dry-run", _cli);
        string before = await StateAsync(line);

        CommandResult result = await _cli.RunAsync(line);

        Assert.Equal(Tree()[verb].HasDryRun ? ExitCodes.Done : ExitCodes.WrongUsage, result.ExitCode);
        Assert.Equal(before, await StateAsync(line));
    }

    [Theory]
    [MemberData(nameof(VerbsThatDestroy))]
    public async Task Verb_ThatDestroys_AsksOnAProductionProfile(string verb)
    {
        await _cli.RunAsync($"profile set prod -b {stage.Target.Bootstrap} --production true");
        string line = await stage.SetAsync($"--profile prod {verb} {VerbSample.All[verb].Arguments}", _cli);
        string unasked = line.Replace(" --yes", "", StringComparison.Ordinal);
        string before = await StateAsync(line);

        CommandResult refused = await _cli.RunAsync(unasked);

        Assert.Contains("--yes", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(line));
        (await _cli.RunAsync($"{unasked} --yes")).Done();
        Assert.Equal(verb == "demo" ? before : "changed", await StateAsync(line) == before ? before : "changed");
    }

    [Fact]
    public async Task Output_OfAnyVerb_NeverTellsAPassword()
    {
        CommandResult[] results = await Task.WhenAll(Tree().Keys.Where(IsServed).Select(RunWithPasswordAsync));

        Assert.All(results, result => Assert.DoesNotContain(Password, result.Output + result.Error, StringComparison.Ordinal));
    }

    private static bool IsServed(string verb) => ClientTarget.IsKafka || !VerbSample.All.TryGetValue(verb, out VerbSample? sample) || !sample.NeedsTransactions;

    private static Dictionary<string, VerbCommand> Tree()
    {
        var environment = new CommandEnvironment { Output = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Variables = new Dictionary<string, string>() };
        return new CommandTree(environment).Build().Subcommands
            .SelectMany(noun => noun is VerbCommand verb
                ? [KeyValuePair.Create(noun.Name, verb)]
                : noun.Subcommands.Select(child => KeyValuePair.Create($"{noun.Name} {child.Name}", (VerbCommand)child)))
            .ToDictionary();
    }

    private async Task<CommandResult> RunWithPasswordAsync(string verb)
    {
        var cli = new CommandLineUnderTest(stage.Target);
        await cli.RunAsync($"profile set secret -b 127.0.0.1:{LoopbackPort.FindFree()} -X sasl.username=me -X sasl.password={Password} -X sasl.mechanism=PLAIN");
        string line = await stage.SetAsync($"{verb} {VerbSample.All[verb].Arguments}", cli);
        return await cli.RunAsync($"--profile secret --verbose --timeout 0.2 {line}");
    }

    private async Task<CommandResult> RunAsync(string verb, string format)
    {
        VerbSample sample = VerbSample.All[verb];
        CommandResult result = await _cli.RunAsync(await stage.SetAsync($"{verb} {sample.Arguments} --output {format}", _cli));
        return sample.Finds ? result : result.Done();
    }

    /// <summary>Everything a sample may change.</summary>
    private async Task<string> StateAsync(string line)
    {
        var state = new List<string> { await File.ReadAllTextAsync(Path.Combine(_cli.Home, ".config", "logbroker", "profiles.json")) };
        foreach (string word in line.Split(' ').Where(word => word.StartsWith("sample-", StringComparison.Ordinal) || word.StartsWith("new-", StringComparison.Ordinal) || word.StartsWith("hanging-", StringComparison.Ordinal)))
        {
            state.Add((await _cli.RunAsync($"topic describe {word} -o json -b {stage.Target.Bootstrap}")).Output);
            if (ClientTarget.IsKafka) state.Add((await _cli.RunAsync($"txn find-hanging --topic {word} -b {stage.Target.Bootstrap}")).Output);
        }
        foreach (string word in line.Split(' ').Where(word => word.StartsWith("group-", StringComparison.Ordinal)))
        {
            JsonNode? group = (await _cli.RunAsync($"group describe {word} -o json -b {stage.Target.Bootstrap}")) is { ExitCode: 0 } found ? found.Json : null;
            state.Add(group?[0]!["partitionList"]![0]!["committed"]!.ToString() ?? "no group");
        }
        return string.Join('\n', state);
    }

    private static bool IsNothing(string output) => output is "" or "[]" or "It has no members.";

    private static JsonNode LinesOf(string[] lines, JsonNode like)
    {
        JsonNode?[] parsed = [.. lines.Select(line => JsonNode.Parse(line))];
        return like is JsonArray ? new JsonArray(parsed) : Assert.Single(parsed)!;
    }

    /// <summary>The names of a document's values; those of the first element of a listing.</summary>
    private static string[] Names(JsonNode json) => json is JsonArray { Count: 0 } ? [] : [.. (json is JsonArray array ? array[0]! : json).AsObject().Select(property => property.Key)];

    private static string[] Shape(JsonNode json) => Names(json);

    private static string[] Shape(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        YamlNode root = Assert.Single(stream.Documents).RootNode;
        var first = (YamlMappingNode)(root is YamlSequenceNode sequence ? sequence.Children[0] : root);
        return [.. first.Children.Keys.Select(key => ((YamlScalarNode)key).Value!)];
    }

    /// <summary>Of "lagSeconds", LAG-SECONDS.</summary>
    private static string Header(string property) => string.Concat(property.Select(letter => char.IsUpper(letter) ? $"-{letter}" : $"{letter}")).ToUpperInvariant();
}
