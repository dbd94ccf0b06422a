using System.CommandLine;
using System.CommandLine.Completions;
using LogBroker.AdminCli.Commands.Completion;
using LogBroker.AdminCli.Output;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Commands;

/// <summary>Options that every verb has.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> BootstrapServers = new("--bootstrap-servers", "-b")
    {
        Description = "Brokers to ask for the cluster: host:port, separated by commas (LOGBROKER_BOOTSTRAP_SERVERS)",
        Recursive = true,
        HelpName = "host:port,...",
    };

    public static readonly Option<string?> Profile = new("--profile")
    {
        Description = "The profile whose cluster is meant (LOGBROKER_PROFILE)",
        Recursive = true,
        HelpName = "name",
    };

    public static readonly Option<string[]> Settings = new("-X")
    {
        Description = "A setting of the client by Kafka's name, as in -X sasl.mechanism=PLAIN",
        Recursive = true,
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
        CompletionSources = { _ => ClientSettings.Names.Select(name => new CompletionItem($"{name}=")) },
    };

    public static readonly Option<OutputFormat?> Output = new Option<OutputFormat?>("--output", "-o")
    {
        Description = "table, json, ndjson, yaml or plain; a table on a terminal and plain elsewhere when not said",
        Recursive = true,
        HelpName = "format",
    }.CompletedAs<OutputFormat?, OutputFormat>();

    public static readonly Option<bool> Yes = new("--yes", "-y")
    {
        Description = "Do not ask before something is destroyed",
        Recursive = true,
    };

    public static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Say what would be done, and do nothing",
        Recursive = true,
    };

    public static readonly Option<bool> NoColor = new("--no-color")
    {
        Description = "No colours on the terminal (NO_COLOR)",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Tell what the client does on standard error",
        Recursive = true,
    };

    public static readonly Option<double> Timeout = new("--timeout")
    {
        Description = "Seconds to go on trying before giving up",
        Recursive = true,
        HelpName = "seconds",
        DefaultValueFactory = _ => 10,
        Validators = { Seconds.Validate },
    };

    public static readonly Option<bool> Help = new("--help", "-h", "-?")
    {
        Description = "Show help and usage",
        Recursive = true,
        Arity = ArgumentArity.Zero,
        Action = new HelpWithExamples(),
    };

    public static readonly Option<bool> Version = new("--version")
    {
        Description = "Show the version of this program",
        Arity = ArgumentArity.Zero,
        Action = new VersionAction(),
    };

    public static IEnumerable<Option> All =>
        [BootstrapServers, Profile, Settings, Output, Yes, DryRun, NoColor, Verbose, Timeout, Help, Version];
}
