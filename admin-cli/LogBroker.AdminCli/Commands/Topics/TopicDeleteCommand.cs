using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Deletes topics and all their records.</summary>
internal sealed class TopicDeleteCommand : VerbCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string?> _matching = new("--matching") { Description = "All topics whose whole names match, besides those named; asks first", HelpName = "pattern" };

    public TopicDeleteCommand(CommandEnvironment environment)
        : base("delete", "Delete topics and all their records", environment)
    {
        Aliases.Add("rm");
        _names = TopicNames.Several(environment, "Their names");
        _names.Arity = ArgumentArity.ZeroOrMore;
        Add(_names);
        Add(_matching);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string? matching = parsed.GetValue(_matching);
        string[] names = [.. (parsed.GetValue(_names) ?? []).Union(await MatchingAsync(context, matching, cancelled))];
        if (names.Length == 0) throw new CommandException("No topic is named, or none matches.", "./logbroker topic list", ExitCodes.WrongUsage);
        string what = $"delete {CountText.Named(names, "topic")} with all records";
        if (matching is null) context.Confirm(what);
        else context.ConfirmAlways(what, "a pattern may match more than was meant");
        var outcomes = new Outcomes("topic");
        await outcomes.EachAsync(
            names,
            context.IsDryRun ? "would be deleted" : "deleted",
            name => DeleteAsync(context, name, cancelled));
        return outcomes.WriteTo(context.Results);
    }

    private static async Task<IEnumerable<string>> MatchingAsync(CommandContext context, string? pattern, CancellationToken cancelled)
    {
        if (pattern is null) return [];
        IReadOnlyList<TopicListing> known = await context.Admin.Topics.ListAsync(cancellationToken: cancelled);
        return known.Select(topic => topic.Name).Where(TextPattern.OfWhole(pattern).Matches);
    }

    private static async Task DeleteAsync(CommandContext context, string name, CancellationToken cancelled)
    {
        await context.Admin.TopicOrFailAsync(name, cancelled);
        if (!context.IsDryRun) await context.Admin.Topics.DeleteAsync(name, cancelled);
    }
}
