using System.CommandLine;
using LogBroker.AdminCli.Commands.Completion;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>Lists groups.</summary>
internal sealed class GroupListCommand : VerbCommand
{
    private readonly Argument<string?> _pattern = new("pattern")
    {
        Description = "Only groups whose ids match this regular expression",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<GroupState[]> _states = new Option<GroupState[]>("--state") { Description = "Only those in this state", DefaultValueFactory = _ => [] }
        .CompletedAs<GroupState[], GroupState>();
    private readonly Option<GroupType[]> _types = new Option<GroupType[]>("--type") { Description = "Only those of this protocol", DefaultValueFactory = _ => [] }
        .CompletedAs<GroupType[], GroupType>();

    public GroupListCommand(CommandEnvironment environment)
        : base("list", "List groups", environment)
    {
        Aliases.Add("ls");
        Add(_pattern);
        Add(_states);
        Add(_types);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        TextPattern pattern = TextPattern.Of(parsed.GetValue(_pattern));
        IReadOnlyList<GroupListing> groups = await context.Admin.Groups.ListAsync(parsed.GetValue(_states), parsed.GetValue(_types), cancelled);
        context.Results.Write(new Listing<GroupListing>(
            [.. groups.Where(group => pattern.Matches(group.GroupId)).OrderBy(group => group.GroupId, StringComparer.Ordinal)],
            new("group", group => group.GroupId),
            new("state", group => group.State.ToString()) { Tone = group => GroupLagListing.ToneOf(group.State) },
            new("type", group => group.Type.ToString()),
            new("protocol-type", group => group.ProtocolType))
        {
            WhenEmpty = pattern.IsAny ? "There is no group." : "No group matches.",
        });
        return ExitCodes.Done;
    }
}
