using System.CommandLine;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Commands.Profiles;

/// <summary>Chooses the profile that is meant when none is named.</summary>
internal sealed class ProfileUseCommand : VerbCommand
{
    private readonly Argument<string> _name;

    public ProfileUseCommand(CommandEnvironment environment)
        : base("use", "Choose the profile that is meant when none is named", environment)
    {
        _name = ProfileNames.Argument(environment, "Its name; - for the one used before");
        Add(_name);
    }

    public override VerbEffect Effect => VerbEffect.Adds;

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ProfileFile file = ProfileFile.Of(context.Environment.Variables);
        ProfileBook book = file.Read();
        string name = parsed.GetRequiredValue(_name);
        if (name == "-") name = book.Previous ?? throw new CommandException("No other profile was used before.", "./logbroker profile list");
        book.Require(name);
        if (context.IsDryRun)
        {
            context.Note($"Profile {name} would be in use.");
            return Task.FromResult(ExitCodes.Done);
        }
        if (name != book.Current) file.Write(book with { Current = name, Previous = book.Current });
        context.Note($"Profile {name} is in use.");
        return Task.FromResult(ExitCodes.Done);
    }
}
