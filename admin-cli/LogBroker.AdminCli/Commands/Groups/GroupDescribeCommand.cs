using System.CommandLine;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>Tells how far groups are behind, in records and in time, partition by partition.</summary>
internal sealed class GroupDescribeCommand : VerbCommand
{
    private readonly Argument<string[]> _names;

    public GroupDescribeCommand(CommandEnvironment environment)
        : base("describe", "Tell how far groups are behind, in records and in seconds", environment)
    {
        _names = GroupNames.Several(environment, "Their ids");
        Add(_names);
    }

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled) =>
        Descriptions.WriteEachAsync(context, parsed.GetRequiredValue(_names), name => DescribeAsync(context, name, cancelled));

    private static async Task<(IDocument Document, bool IsKnown)> DescribeAsync(CommandContext context, string name, CancellationToken cancelled)
    {
        GroupLag lag = await GroupLag.OfAsync(context.Client, name, context.Environment.Time, context.Environment.DetailPatience, cancelled);
        return (GroupLagListing.Summary(lag), !lag.Unanswered.Any());
    }
}
