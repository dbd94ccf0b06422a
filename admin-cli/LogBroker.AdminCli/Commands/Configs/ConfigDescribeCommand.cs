using System.CommandLine;
using LogBroker.AdminCli.Configs;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Configs;

/// <summary>Lists something's settings, their values, and where each comes from.</summary>
internal sealed class ConfigDescribeCommand : VerbCommand
{
    private readonly ConfigArguments _arguments;
    private readonly Argument<string[]> _keys;
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also those nobody has set" };
    private readonly Option<bool> _documentation = new("--documentation", "-d") { Description = "Also what each one does" };

    public ConfigDescribeCommand(CommandEnvironment environment)
        : base("describe", "List settings and where their values come from", environment)
    {
        _arguments = new ConfigArguments(environment);
        _keys = new Argument<string[]>("key")
        {
            Description = "Only these settings",
            Arity = ArgumentArity.ZeroOrMore,
            CompletionSources = { typed => _arguments.CompleteKey(typed, "") },
        };
        Add(_arguments.Type);
        Add(_arguments.Name);
        Add(_keys);
        Add(_all);
        Add(_documentation);
    }

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ConfigResource resource = _arguments.Of(parsed);
        bool withDocumentation = parsed.GetValue(_documentation);
        IReadOnlyDictionary<string, ConfigEntry> known = await new ConfigChanges(context.Admin, resource, context.Note).DescribeAsync(withDocumentation, cancelled);
        string[] keys = parsed.GetValue(_keys) ?? [];
        foreach (string key in keys.Where(key => !known.ContainsKey(key)))
            throw new CommandException($"There is no setting {key}.{NearestName.Question(key, known.Keys)}", null, ExitCodes.WrongUsage);
        ConfigEntry[] shown =
        [
            .. known.Values
                .Where(config => keys.Length > 0 ? keys.Contains(config.Name) : parsed.GetValue(_all) || !config.IsDefault)
                .OrderBy(config => config.Name, StringComparer.Ordinal),
        ];
        List<Column<ConfigEntry>> columns =
        [
            new("key", config => config.Name),
            new("value", config => config.Value, config => config.IsSensitive ? "(hidden)" : config.Value ?? ""),
            new("source", config => SourceOf(config.Source)),
            new("read-only", config => config.IsReadOnly, config => config.IsReadOnly ? "yes" : ""),
        ];
        if (withDocumentation) columns.Add(new("documentation", config => config.Documentation) { Wraps = true });
        context.Results.Write(new Listing<ConfigEntry>(shown, [.. columns]) { WhenEmpty = "Nothing is set; --all shows the defaults." });
        return ExitCodes.Done;
    }

    private static string SourceOf(ConfigSource source) => source switch
    {
        ConfigSource.Topic => "topic",
        ConfigSource.DynamicBroker => "broker",
        ConfigSource.DynamicBrokerDefault => "all-brokers",
        ConfigSource.StaticBroker => "file",
        ConfigSource.Default => "default",
        ConfigSource.Group => "group",
        ConfigSource.ClientMetrics => "client-metrics",
        _ => "unknown",
    };
}
