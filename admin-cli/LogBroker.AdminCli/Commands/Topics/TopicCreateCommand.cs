using System.Collections.Immutable;
using System.CommandLine;
using LogBroker.AdminCli.Configs;
using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Creates topics.</summary>
internal sealed class TopicCreateCommand : VerbCommand
{
    private readonly Argument<string[]> _names = new("topic") { Description = "Their names", Arity = ArgumentArity.OneOrMore };
    private readonly Option<int?> _partitions = new("--partitions", "-p") { Description = "How many partitions each has; the broker decides when not said" };
    private readonly Option<short?> _replicas = new("--replication-factor", "-r") { Description = "On how many brokers each partition is kept" };
    private readonly Option<string[]> _configs = new("--config", "-c")
    {
        Description = "A setting of theirs, as in --config retention.ms=86400000",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
        CompletionSources = { _ => TopicConfigNames.All.Select(name => new System.CommandLine.Completions.CompletionItem(name + "=")) },
    };

    private readonly Option<bool> _ifNotExists = new("--if-not-exists") { Description = "A topic that is there already is no failure" };

    public TopicCreateCommand(CommandEnvironment environment)
        : base("create", "Create topics", environment)
    {
        Add(_names);
        Add(_partitions);
        Add(_replicas);
        Add(_configs);
        Add(_ifNotExists);
    }

    public override VerbEffect Effect => VerbEffect.Adds;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        Dictionary<string, string> configs = KeyValues.Of(parsed.GetValue(_configs));
        foreach (string key in configs.Keys.Where(key => !TopicConfigNames.All.Contains(key, StringComparer.Ordinal)))
            context.Note($"note: {key} is no setting of topics known here.{NearestName.Question(key, TopicConfigNames.All)}");
        NewTopic[] topics =
        [
            .. parsed.GetRequiredValue(_names).Distinct(StringComparer.Ordinal).Select(
                name => new NewTopic(name, parsed.GetValue(_partitions), parsed.GetValue(_replicas)) { Configs = configs.ToImmutableDictionary() }),
        ];
        AdminResults<string, CreatedTopic> results = await context.Admin.Topics.CreateAsync(topics, context.IsDryRun, cancelled);
        Row[] rows = [.. topics.Select(topic => RowOf(topic.Name, results, context.IsDryRun, parsed.GetValue(_ifNotExists)))];
        context.Results.Write(new Listing<Row>(
            rows,
            new("topic", row => row.Name),
            new("status", row => row.Status) { Tone = row => Outcomes.ToneOf(row.Status) },
            new("partitions", row => row.Created?.PartitionCount),
            new("replication-factor", row => row.Created?.ReplicationFactor),
            new("message", row => row.Message) { Wraps = true }));
        Row[] failed = [.. rows.Where(row => row.Status == Outcomes.Failed)];
        foreach (Row row in failed) context.Results.Tell(new FailureText($"{row.Name}: {row.Message}", row.Next));
        return failed.Length > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static Row RowOf(string name, AdminResults<string, CreatedTopic> results, bool isDryRun, bool mayExist)
    {
        if (results.TryGetValue(name, out CreatedTopic? created)) return new Row(name, isDryRun ? "would be created" : "created", created, null);
        KafkaException failure = results.Failures[name];
        if (FailureText.IsUnreachable(failure)) throw failure;
        return failure.ErrorCode == ErrorCode.TopicAlreadyExists && mayExist
            ? new Row(name, "exists", null, null)
            : new Row(name, Outcomes.Failed, null, failure.Message) { Next = FailureText.Of(failure)?.Next };
    }

    private sealed record Row(string Name, string Status, CreatedTopic? Created, string? Message)
    {
        public string? Next { get; init; }
    }
}
