using System.CommandLine;
using LogBroker.AdminCli.Groups;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>Lists a group's members and what each reads.</summary>
internal sealed class GroupMembersCommand : VerbCommand
{
    private readonly Argument<string> _name;

    public GroupMembersCommand(CommandEnvironment environment)
        : base("members", "List a group's members and what each reads", environment)
    {
        _name = GroupNames.One(environment, "Its id");
        Add(_name);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        context.Results.Write(GroupLagListing.Members(await FoundGroup.FindAsync(context.Admin, parsed.GetRequiredValue(_name), cancelled)));
        return ExitCodes.Done;
    }
}
