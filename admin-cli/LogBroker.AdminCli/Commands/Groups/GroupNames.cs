using System.CommandLine;
using LogBroker.AdminCli.Clusters;

namespace LogBroker.AdminCli.Commands.Groups;

/// <summary>The arguments that name groups; a shell completes them with the cluster's.</summary>
internal static class GroupNames
{
    public static Argument<string> One(CommandEnvironment environment, string description) => new("group")
    {
        Description = description,
        HelpName = "group",
        CompletionSources = { new LiveNames(environment).Groups },
    };

    public static Argument<string[]> Several(CommandEnvironment environment, string description) => new("group")
    {
        Description = description,
        HelpName = "group",
        Arity = ArgumentArity.OneOrMore,
        CompletionSources = { new LiveNames(environment).Groups },
    };
}
