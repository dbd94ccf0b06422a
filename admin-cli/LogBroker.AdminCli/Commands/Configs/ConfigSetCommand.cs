using System.CommandLine;
using LogBroker.AdminCli.Configs;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Configs;

/// <summary>Gives settings values.</summary>
internal sealed class ConfigSetCommand : VerbCommand
{
    private readonly ConfigArguments _arguments;
    private readonly Argument<string[]> _settings;

    public ConfigSetCommand(CommandEnvironment environment)
        : base("set", "Give settings values", environment)
    {
        _arguments = new ConfigArguments(environment);
        _settings = new Argument<string[]>("key=value")
        {
            Description = "The settings",
            Arity = ArgumentArity.OneOrMore,
            CompletionSources = { typed => _arguments.CompleteKey(typed, "=") },
        };
        Add(_arguments.Type);
        Add(_arguments.Name);
        Add(_settings);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        Dictionary<string, string> settings = KeyValues.Of(parsed.GetRequiredValue(_settings));
        ConfigResource resource = _arguments.Of(parsed);
        context.Confirm($"change settings of {resource}");
        IReadOnlyDictionary<string, string> changed = await new ConfigChanges(context.Admin, resource, context.Note).ApplyAsync(
            [.. settings.Select(setting => ConfigChange.Set(setting.Key, setting.Value))], context.IsDryRun, cancelled);
        var outcomes = new Outcomes("key");
        foreach (string key in settings.Keys) outcomes.Add(key, context.IsDryRun ? "would be set" : "set", changed.GetValueOrDefault(key));
        return outcomes.WriteTo(context.Results);
    }
}
