using System.CommandLine;
using LogBroker.AdminCli.Clusters;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>The arguments that name topics; a shell completes them with the cluster's.</summary>
internal static class TopicNames
{
    public static Argument<string> One(CommandEnvironment environment, string description) => new("topic")
    {
        Description = description,
        HelpName = "topic",
        CompletionSources = { new LiveNames(environment).Topics },
    };

    public static Argument<string[]> Several(CommandEnvironment environment, string description) => new("topic")
    {
        Description = description,
        HelpName = "topic",
        Arity = ArgumentArity.OneOrMore,
        CompletionSources = { new LiveNames(environment).Topics },
    };
}
