using System.CommandLine;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Groups;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>Deletes groups and what they have committed.</summary>
internal sealed class GroupDeleteCommand : VerbCommand
{
    private readonly Argument<string[]> _names;

    public GroupDeleteCommand(CommandEnvironment environment)
        : base("delete", "Delete groups without members, and what they have committed", environment)
    {
        Aliases.Add("rm");
        _names = GroupNames.Several(environment, "Their ids");
        Add(_names);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string[] names = [.. parsed.GetRequiredValue(_names).Distinct(StringComparer.Ordinal)];
        context.Confirm($"delete {(names.Length == 1 ? $"group {names[0]}" : $"{names.Length} groups")} with all committed offsets");
        var outcomes = new Outcomes("group");
        await outcomes.EachAsync(names, context.IsDryRun ? "would be deleted" : "deleted", name => DeleteAsync(context, name, cancelled));
        return outcomes.WriteTo(context.Results);
    }

    private static async Task DeleteAsync(CommandContext context, string name, CancellationToken cancelled)
    {
        try
        {
            if (context.IsDryRun && (await FoundGroup.FindAsync(context.Admin, name, cancelled)).Group.Members.Length > 0) throw HasMembers(name);
            if (!context.IsDryRun) await context.Admin.Groups.DeleteAsync(name, cancelled);
        }
        catch (KafkaException e) when (e.ErrorCode == ErrorCode.GroupIdNotFound)
        {
            throw await Unknown.GroupAsync(context.Admin, name, cancelled);
        }
        catch (KafkaException e) when (e.ErrorCode == ErrorCode.NonEmptyGroup)
        {
            throw HasMembers(name);
        }
    }

    private static CommandException HasMembers(string name) => new($"Group {name} has members: stop them first (./logbroker group members {name}).", null);
}
