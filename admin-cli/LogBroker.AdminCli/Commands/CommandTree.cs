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
/// <param name="environment">What the verbs run in.</param>
/// <param name="words">The command line, where one is known: nouns it does not name get no verbs, because making all of them takes as
/// long as starting the runtime.</param>
internal sealed class CommandTree(CommandEnvironment environment, string[]? words = null)
{
    public Command Build()
    {
        // Not a RootCommand: its options look their descriptions up in resources, which takes a good part of a short command.
        var root = new Command(CommandRun.Program, "Administers LogBroker, and every cluster that speaks Kafka's protocol.")
        {
            Noun("topic", "Topics and their records", TopicVerbs),
            new ProduceCommand(environment),
            new ConsumeCommand(environment),
            Noun("config", "Settings of topics, brokers, groups and client metrics", ConfigVerbs),
            Noun("group", "Groups of consumers: where they are, and how far behind", GroupVerbs),
            Noun("cluster", "The cluster and its brokers", ClusterVerbs),
            Noun("txn", "Transactions: those that are open, and those that hang", TransactionVerbs),
            Noun("bench", "Measure a cluster", BenchVerbs),
            new DemoCommand(environment),
            new DoctorCommand(environment),
            Noun("server", "A broker: ./logbroker server runs one", () => [new ServerCheckCommand(environment)]),
            Noun("log", "Files of partitions, looked at without a broker", LogVerbs),
            Noun("profile", "Clusters that have a name", ProfileVerbs),
            Noun("completion", "Completion of words in your shell", () => CompletionCommand.All(environment)),
        };
        foreach (Option option in GlobalOptions.All) root.Add(option);
        return root;
    }

    private Command Noun(string name, string description, Func<VerbCommand[]> verbs)
    {
        var noun = new Command(name, description);
        if (words is not null && !words.Contains(name)) return noun;
        foreach (VerbCommand verb in verbs()) noun.Add(verb);
        return noun;
    }

    private VerbCommand[] TopicVerbs() =>
    [
        new TopicCreateCommand(environment),
        new TopicListCommand(environment),
        new TopicDescribeCommand(environment),
        new TopicAlterCommand(environment),
        new TopicDeleteCommand(environment),
        new TopicAddPartitionsCommand(environment),
        new TopicTrimCommand(environment),
        new TopicOffsetsCommand(environment),
    ];

    private VerbCommand[] ConfigVerbs() =>
        [new ConfigDescribeCommand(environment), new ConfigSetCommand(environment), new ConfigDeleteCommand(environment)];

    private VerbCommand[] GroupVerbs() =>
    [
        new GroupListCommand(environment),
        new GroupDescribeCommand(environment),
        new GroupMembersCommand(environment),
        new GroupResetOffsetsCommand(environment),
        new GroupWatchCommand(environment),
        new GroupDeleteCommand(environment),
    ];

    private VerbCommand[] ClusterVerbs() =>
        [new ClusterInfoCommand(environment), new ClusterHealthCommand(environment), new ClusterFeaturesCommand(environment)];

    private VerbCommand[] TransactionVerbs() =>
    [
        new TxnListCommand(environment),
        new TxnDescribeCommand(environment),
        new TxnFindHangingCommand(environment),
        new TxnAbortCommand(environment),
    ];

    private VerbCommand[] BenchVerbs() =>
        [new BenchProduceCommand(environment), new BenchConsumeCommand(environment), new BenchEndToEndCommand(environment)];

    private VerbCommand[] LogVerbs() => [new LogInspectCommand(environment), new LogVerifyCommand(environment)];

    private VerbCommand[] ProfileVerbs() =>
    [
        new ProfileListCommand(environment),
        new ProfileShowCommand(environment),
        new ProfileSetCommand(environment),
        new ProfileUseCommand(environment),
        new ProfileRemoveCommand(environment),
    ];
}
