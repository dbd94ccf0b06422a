using System.CommandLine;
using LogBroker.AdminCli.Groups;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

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

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        var described = new List<IDocument>();
        int exitCode = ExitCodes.Done;
        foreach (string name in parsed.GetRequiredValue(_names).Distinct(StringComparer.Ordinal))
        {
            try
            {
                GroupLag lag = await GroupLag.OfAsync(context.Client, name, context.Environment.Time, cancelled);
                described.Add(GroupLagListing.Summary(lag));
                if (lag.Unanswered.Any()) exitCode = ExitCodes.Failed;
            }
            catch (Exception e) when (e is CommandException or KafkaException && !FailureText.IsUnreachable(e))
            {
                exitCode = FailureText.Of(e)!.WriteTo(context.Environment);
            }
        }
        if (described.Count > 0) context.Results.Write(new Several(described));
        return exitCode;
    }
}
