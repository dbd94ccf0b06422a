using System.CommandLine;
using LogBroker.AdminCli.Commands.Bench;
using LogBroker.AdminCli.Commands.Cluster;
using LogBroker.AdminCli.Commands.Completion;
using LogBroker.AdminCli.Commands.Configs;
using LogBroker.AdminCli.Commands.Demo;
using LogBroker.AdminCli.Commands.Doctor;
using LogBroker.AdminCli.Commands.Groups;
using LogBroker.AdminCli.Commands.Log;
using LogBroker.AdminCli.Commands.Profiles;
using LogBroker.AdminCli.Commands.Records;
using LogBroker.AdminCli.Commands.Servers;
using LogBroker.AdminCli.Commands.Topics;
using LogBroker.AdminCli.Commands.Transactions;

namespace LogBroker.AdminCli.Commands;

/// <summary>All nouns and their verbs.</summary>
internal static class CommandTree
{
    public static RootCommand Build(CommandEnvironment environment)
    {
        var root = new RootCommand("Administers LogBroker, and every cluster that speaks Kafka's protocol.")
        {
            Noun(
                "topic",
                "Topics and their records",
                new TopicCreateCommand(environment),
                new TopicListCommand(environment),
                new TopicDescribeCommand(environment),
                new TopicAlterCommand(environment),
                new TopicDeleteCommand(environment),
                new TopicAddPartitionsCommand(environment),
                new TopicTrimCommand(environment),
                new TopicOffsetsCommand(environment)),
            new ProduceCommand(environment),
            new ConsumeCommand(environment),
            Noun(
                "config",
                "Settings of topics, brokers, groups and client metrics",
                new ConfigDescribeCommand(environment),
                new ConfigSetCommand(environment),
                new ConfigDeleteCommand(environment)),
            Noun(
                "group",
                "Groups of consumers: where they are, and how far behind",
                new GroupListCommand(environment),
                new GroupDescribeCommand(environment),
                new GroupMembersCommand(environment),
                new GroupResetOffsetsCommand(environment),
                new GroupWatchCommand(environment),
                new GroupDeleteCommand(environment)),
            Noun(
                "cluster",
                "The cluster and its brokers",
                new ClusterInfoCommand(environment),
                new ClusterHealthCommand(environment),
                new ClusterFeaturesCommand(environment)),
            Noun(
                "txn",
                "Transactions: those that are open, and those that hang",
                new TxnListCommand(environment),
                new TxnDescribeCommand(environment),
                new TxnFindHangingCommand(environment),
                new TxnAbortCommand(environment)),
            Noun(
                "bench",
                "Measure a cluster",
                new BenchProduceCommand(environment),
                new BenchConsumeCommand(environment),
                new BenchEndToEndCommand(environment)),
            new DemoCommand(environment),
            new DoctorCommand(environment),
            Noun("server", "A broker: ./logbroker server runs one", new ServerCheckCommand(environment)),
            Noun("log", "Files of partitions, looked at without a broker", new LogInspectCommand(environment), new LogVerifyCommand(environment)),
            Noun(
                "profile",
                "Clusters that have a name",
                new ProfileListCommand(environment),
                new ProfileShowCommand(environment),
                new ProfileSetCommand(environment),
                new ProfileUseCommand(environment),
                new ProfileRemoveCommand(environment)),
            Noun("completion", "Completion of words in your shell", CompletionCommand.All(environment)),
        };
        root.HelpName = CommandRun.Program;
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
