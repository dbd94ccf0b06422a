using System.CommandLine;
using System.CommandLine.Completions;
using LogBroker.AdminCli.Clusters;
using LogBroker.AdminCli.Configs;
using LogBroker.Client;

namespace LogBroker.AdminCli.Commands.Configs;

/// <summary>The arguments that name what has settings; a shell completes them with the cluster's.</summary>
internal sealed class ConfigArguments
{
    private readonly LiveNames _names;

    public ConfigArguments(CommandEnvironment environment)
    {
        _names = new LiveNames(environment);
        Type = new Argument<string>("type")
        {
            HelpName = "type",
            Description = string.Join(", ", ConfigResourceNames.All),
            CompletionSources = { _ => ConfigResourceNames.All.Select(type => new CompletionItem(type)) },
        };
        Name = new Argument<string>("name")
        {
            HelpName = "name",
            Description = $"Its name; of a broker its number, or {ConfigResourceNames.Default} for all brokers",
            CompletionSources = { CompleteName },
        };
    }

    public Argument<string> Type { get; }

    public Argument<string> Name { get; }

    /// <exception cref="CommandException">Nothing of that kind has settings.</exception>
    public ConfigResource Of(ParseResult parsed) => ConfigResourceNames.Parse(parsed.GetRequiredValue(Type), parsed.GetRequiredValue(Name));

    /// <summary>The settings of what is named on the command line.</summary>
    public IEnumerable<CompletionItem> CompleteKey(CompletionContext typed, string suffix) =>
        Typed(typed, Type) is { } type && Typed(typed, Name) is { } name && ConfigResourceNames.All.Contains(type)
            ? _names.ConfigKeys(typed, ConfigResourceNames.Parse(type, name), suffix)
            : [];

    /// <summary>What is typed for an argument; null when nothing is yet.</summary>
    private static string? Typed(CompletionContext typed, Argument<string> argument) =>
        typed.ParseResult.GetResult(argument) is { Tokens: [var token, ..] } ? token.Value : null;

    private IEnumerable<CompletionItem> CompleteName(CompletionContext typed) => Typed(typed, Type) switch
    {
        "topic" => _names.Topics(typed),
        "group" => _names.Groups(typed),
        "broker" => [new CompletionItem(ConfigResourceNames.Default)],
        _ => [],
    };
}
