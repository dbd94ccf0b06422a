using System.CommandLine;
using LogBroker.AdminCli.Profiles;

namespace LogBroker.AdminCli.Commands.Profiles;

/// <summary>Makes a profile, or changes what was said of it.</summary>
internal sealed class ProfileSetCommand : VerbCommand
{
    private readonly Argument<string> _name;
    private readonly Option<bool?> _production = new("--production") { Description = "Verbs that destroy ask first; false takes that back", HelpName = "true|false" };
    private readonly Option<string[]> _unset = new("--unset")
    {
        Description = "Forget a setting",
        HelpName = "key",
        DefaultValueFactory = _ => [],
    };

    public ProfileSetCommand(CommandEnvironment environment)
        : base("set", "Make a profile, or change one: --bootstrap-servers and -X say what it holds", environment)
    {
        Aliases.Add("add");
        _name = ProfileNames.Argument(environment, "Its name");
        Add(_name);
        Add(_production);
        Add(_unset);
    }

    public override VerbEffect Effect => VerbEffect.Adds;

    protected override Task<int> RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancelled)
    {
        ProfileFile file = ProfileFile.Of(context.Environment.Variables);
        ProfileBook book = file.Read();
        string name = parsed.GetRequiredValue(_name);
        if (name is "-" or "") throw new CommandException($"\"{name}\" is no name for a profile.", null, ExitCodes.WrongUsage);
        Profile before = book.Profiles.GetValueOrDefault(name) ?? new Profile();
        var settings = new Dictionary<string, string>(before.Settings, StringComparer.Ordinal);
        foreach (string key in parsed.GetValue(_unset) ?? [])
        {
            if (!settings.Remove(key))
                throw new CommandException($"Profile {name} has no setting {key}.{NearestName.Question(key, before.Settings.Keys)}", $"./logbroker profile show {name}", ExitCodes.WrongUsage);
        }
        foreach (string pair in parsed.GetValue(GlobalOptions.Settings) ?? []) ConnectionSettings.Add(settings, pair);
        Profile after = before with
        {
            BootstrapServers = parsed.GetValue(GlobalOptions.BootstrapServers) ?? before.BootstrapServers,
            IsProduction = parsed.GetValue(_production) ?? before.IsProduction,
            Settings = settings,
        };
        if (context.IsDryRun)
        {
            context.Note($"Profile {name} would be written to {file.Path}.");
            return Task.FromResult(ExitCodes.Done);
        }
        bool isNew = !book.Profiles.ContainsKey(name);
        book.Profiles[name] = after;
        file.Write(book.Current is null ? book with { Current = name } : book);
        context.Note($"Profile {name} is {(isNew ? "made" : "changed")}{(book.Current is null ? ", and in use" : "")}.");
        return Task.FromResult(ExitCodes.Done);
    }
}
