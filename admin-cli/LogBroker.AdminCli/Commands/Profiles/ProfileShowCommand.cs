using System.CommandLine;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Commands.Profiles;

/// <summary>Shows what is meant when a cluster is named, or what is meant now.</summary>
internal sealed class ProfileShowCommand : VerbCommand
{
    private readonly Argument<string> _name;

    public ProfileShowCommand(CommandEnvironment environment)
        : base("show", "Show a profile; secrets stay hidden", environment)
    {
        _name = ProfileNames.Argument(environment, "The profile; the current one when left out");
        _name.Arity = ArgumentArity.ZeroOrOne;
        Add(_name);
    }

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ProfileBook book = ProfileFile.Of(context.Environment.Variables).Read();
        string name = parsed.GetValue(_name) ?? ConnectionSettings.ProfileNameOf(context.Environment, parsed, book) ?? throw new CommandException("No profile is in use.", "./logbroker profile list");
        Profile profile = book.Require(name);
        Details details = new Details()
            .Add("name", name)
            .Add("bootstrap-servers", profile.Servers)
            .Add("production", profile.IsProduction);
        details.Add("settings", new Listing<KeyValuePair<string, string>>(
            [.. profile.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal)],
            new("key", setting => setting.Key),
            new("value", setting => SecuritySettings.IsSecret(setting.Key) ? "(hidden)" : setting.Value))
        {
            WhenEmpty = "None.",
        });
        context.Results.Write(details);
        return Task.FromResult(ExitCodes.Done);
    }
}
