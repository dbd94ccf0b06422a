using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Gives topics more partitions.</summary>
internal sealed class TopicAddPartitionsCommand : VerbCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<int?> _count = new("--count", "-n") { Description = "So many more" };
    private readonly Option<int?> _total = new("--total") { Description = "So many in all" };

    public TopicAddPartitionsCommand(CommandEnvironment environment)
        : base("add-partitions", "Give topics more partitions; records with keys go to other partitions from then on", environment)
    {
        _names = TopicNames.Several(environment, "Their names");
        Add(_names);
        Add(_count);
        Add(_total);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        int? count = parsed.GetValue(_count);
        int? total = parsed.GetValue(_total);
        if (count is null == total is null)
            throw new CommandException("Say how many: --count for so many more, or --total for so many in all.", null, ExitCodes.WrongUsage);
        string[] names = parsed.GetRequiredValue(_names);
        context.Confirm($"give {CountText.Named(names, "topic")} more partitions, which cannot be taken back");
        var outcomes = new Outcomes("topic");
        await outcomes.EachAsync(
            names,
            async name =>
            {
                TopicDescription topic = await context.Admin.TopicOrFailAsync(name, cancelled);
                int wanted = total ?? topic.Partitions.Length + count!.Value;
                await context.Admin.Topics.AddPartitionsAsync(new Dictionary<string, int> { [name] = wanted }, context.IsDryRun, cancelled);
                return (context.IsDryRun ? "would grow" : "grown", (string?)$"{topic.Partitions.Length} -> {wanted} partitions");
            });
        return outcomes.WriteTo(context.Results);
    }
}
