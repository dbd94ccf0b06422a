using System.CommandLine;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Commands.Profiles;

/// <summary>Forgets a profile.</summary>
internal sealed class ProfileRemoveCommand : VerbCommand
{
    private readonly Argument<string> _name;

    public ProfileRemoveCommand(CommandEnvironment environment)
        : base("remove", "Forget a profile", environment)
    {
        Aliases.Add("rm");
        _name = ProfileNames.Argument(environment, "Its name");
        Add(_name);
    }

    public override VerbEffect Effect => VerbEffect.Adds;

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ProfileFile file = ProfileFile.Of(context.Environment.Variables);
        ProfileBook book = file.Read();
        string name = parsed.GetRequiredValue(_name);
        book.Require(name);
        if (context.IsDryRun)
        {
            context.Note($"Profile {name} would be removed.");
            return Task.FromResult(ExitCodes.Done);
        }
        book.Profiles.Remove(name);
        file.Write(book with { Current = Without(book.Current, name), Previous = Without(book.Previous, name) });
        context.Note($"Profile {name} is removed.");
        return Task.FromResult(ExitCodes.Done);
    }

    private static string? Without(string? chosen, string name) => chosen == name ? null : chosen;
}
