using System.CommandLine;
using LogBroker.AdminCli.Commands.Log;

namespace LogBroker.AdminCli.Commands;

/// <summary>All nouns and their verbs.</summary>
internal static class CommandTree
{
    public static RootCommand Build(CommandEnvironment environment)
    {
        var root = new RootCommand("Administers LogBroker, and every cluster that speaks Kafka's protocol.")
        {
            Noun("log", "Files of partitions, looked at without a broker", new LogInspectCommand(environment), new LogVerifyCommand(environment)),
        };
        foreach (Option option in GlobalOptions.All) root.Add(option);
        return root;
    }

    private static Command Noun(string name, string description, params ReadOnlySpan<VerbCommand> verbs)
    {
        var noun = new Command(name, description);
        foreach (VerbCommand verb in verbs) noun.Add(verb);
        return noun;
    }
}
