using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Deletes topics and all their records.</summary>
internal sealed class TopicDeleteCommand : VerbCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string?> _matching = new("--matching") { Description = "All topics whose names match, besides those named", HelpName = "pattern" };

    public TopicDeleteCommand(CommandEnvironment environment)
        : base("delete", "Delete topics and all their records", environment)
    {
        _names = TopicNames.Several(environment, "Their names");
        _names.Arity = ArgumentArity.ZeroOrMore;
        Add(_names);
        Add(_matching);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        IReadOnlyList<TopicListing> known = await context.Admin.Topics.ListAsync(cancellationToken: cancelled);
        List<string> names = [.. parsed.GetValue(_names) ?? []];
        if (parsed.GetValue(_matching) is { } matching)
            names.AddRange(known.Select(topic => topic.Name).Where(NamePattern.Of(matching).Matches));
        if (names.Count == 0) throw new CommandException("No topic is named, or none matches.", "./logbroker topic list", ExitCodes.WrongUsage);
        context.Confirm($"delete {(names.Count == 1 ? $"topic {names[0]}" : $"{names.Count} topics ({string.Join(", ", names)})")} with all records");
        var outcomes = new Outcomes("topic");
        await outcomes.EachAsync(
            names.Distinct(StringComparer.Ordinal),
            context.IsDryRun ? "would be deleted" : "deleted",
            name => DeleteAsync(context, name, cancelled));
        return outcomes.WriteTo(context.Results);
    }

    private static async Task DeleteAsync(CommandContext context, string name, CancellationToken cancelled)
    {
        await context.Admin.TopicOrFailAsync(name, cancelled);
        if (!context.IsDryRun) await context.Admin.Topics.DeleteAsync(name, cancelled);
    }
}
