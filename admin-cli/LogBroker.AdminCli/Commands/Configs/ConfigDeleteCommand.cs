using System.CommandLine;
using LogBroker.AdminCli.Configs;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Configs;

/// <summary>Gives settings their defaults again.</summary>
internal sealed class ConfigDeleteCommand : VerbCommand
{
    private readonly ConfigArguments _arguments;
    private readonly Argument<string[]> _keys;

    public ConfigDeleteCommand(CommandEnvironment environment)
        : base("delete", "Give settings their defaults again", environment)
    {
        Aliases.Add("rm");
        _arguments = new ConfigArguments(environment);
        _keys = new Argument<string[]>("key")
        {
            Description = "The settings",
            Arity = ArgumentArity.OneOrMore,
            CompletionSources = { typed => _arguments.CompleteKey(typed, "") },
        };
        Add(_arguments.Type);
        Add(_arguments.Name);
        Add(_keys);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        string[] keys = parsed.GetRequiredValue(_keys);
        ConfigResource resource = _arguments.Of(parsed);
        context.Confirm($"reset settings of {resource}");
        IReadOnlyDictionary<string, string> changed = await new ConfigChanges(context.Admin, resource, context.Note).ApplyAsync([.. keys.Select(ConfigChange.Reset)], context.IsDryRun, cancelled);
        var outcomes = new Outcomes("key");
        foreach (string key in keys) outcomes.Add(key, context.IsDryRun ? "would be deleted" : "deleted", changed.GetValueOrDefault(key));
        return outcomes.WriteTo(context.Results);
    }
}
