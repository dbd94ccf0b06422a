using System.CommandLine;
using System.CommandLine.Completions;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Commands.Profiles;

/// <summary>The argument that names a profile.</summary>
internal static class ProfileNames
{
    /// <param name="environment">Where the profiles are.</param>
    /// <param name="description">What is done to the profile.</param>
    public static Argument<string> Argument(CommandEnvironment environment, string description) => new("name")
    {
        Description = description,
        HelpName = "name",
        CompletionSources = { _ => Known(environment).Select(name => new CompletionItem(name)) },
    };

    /// <summary>Those there are.</summary>
    public static IEnumerable<string> Known(CommandEnvironment environment) => ProfileFile.Of(environment.Variables).Read().Profiles.Keys;

    /// <exception cref="CommandException">There is no such profile.</exception>
    public static Profile Require(this ProfileBook book, string name) => book.Profiles.GetValueOrDefault(name)
        ?? throw new CommandException($"There is no profile {name}.{NearestName.Question(name, book.Profiles.Keys)}", "./logbroker profile list");
}
