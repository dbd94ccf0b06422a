using System.CommandLine;
using LogBroker.AdminCli.Configs;
using LogBroker.AdminCli.Output;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Topics;

/// <summary>Changes topics' settings.</summary>
internal sealed class TopicAlterCommand : VerbCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string[]> _set = new("--set", "-s")
    {
        Description = "Give a setting a value",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
        CompletionSources = { _ => TopicConfigNames.All.Select(name => new System.CommandLine.Completions.CompletionItem(name + "=")) },
    };

    private readonly Option<string[]> _reset = new("--reset")
    {
        Description = "Give a setting its default again",
        HelpName = "key",
        DefaultValueFactory = _ => [],
        CompletionSources = { _ => TopicConfigNames.All.Select(name => new System.CommandLine.Completions.CompletionItem(name)) },
    };

    public TopicAlterCommand(CommandEnvironment environment)
        : base("alter", "Change topics' settings", environment)
    {
        _names = TopicNames.Several(environment, "Their names");
        Add(_names);
        Add(_set);
        Add(_reset);
    }

    public override VerbEffect Effect => VerbEffect.Destroys;

    protected override async Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ConfigChange[] changes =
        [
            .. KeyValues.Of(parsed.GetValue(_set)).Select(setting => ConfigChange.Set(setting.Key, setting.Value)),
            .. (parsed.GetValue(_reset) ?? []).Select(ConfigChange.Reset),
        ];
        if (changes.Length == 0)
            throw new CommandException("Nothing is to be changed.", "./logbroker topic alter TOPIC --set retention.ms=86400000", ExitCodes.WrongUsage);
        string[] names = parsed.GetRequiredValue(_names);
        context.Confirm($"change settings of {CountText.Named(names, "topic")}");
        var outcomes = new Outcomes("topic");
        await outcomes.EachAsync(
            names,
            async name =>
            {
                IReadOnlyDictionary<string, string> changed = await new ConfigChanges(context.Admin, ConfigResource.Topic(name), context.Note).ApplyAsync(changes, context.IsDryRun, cancelled);
                return (context.IsDryRun ? "would be altered" : "altered", (string?)string.Join(", ", changed.Select(setting => $"{setting.Key} {setting.Value}")));
            });
        return outcomes.WriteTo(context.Results);
    }
}
