using System.CommandLine;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Commands.Profiles;

/// <summary>Lists the clusters that have a name.</summary>
internal sealed class ProfileListCommand : VerbCommand
{
    public ProfileListCommand(CommandEnvironment environment)
        : base("list", "List all profiles", environment) => Aliases.Add("ls");

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ProfileBook book = ProfileFile.Of(context.Environment.Variables).Read();
        context.Results.Write(new Listing<KeyValuePair<string, Profile>>(
            book.Profiles,
            new("name", profile => profile.Key),
            new("current", profile => profile.Key == book.Current, profile => profile.Key == book.Current ? "*" : ""),
            new("bootstrap-servers", profile => profile.Value.Servers),
            new("production", profile => profile.Value.IsProduction, profile => profile.Value.IsProduction ? "yes" : ""),
            new("settings", profile => profile.Value.Settings.Count))
        {
            WhenEmpty = "There is no profile. ./logbroker profile set NAME --bootstrap-servers HOST:PORT makes one.",
        });
        return Task.FromResult(ExitCodes.Done);
    }
}
