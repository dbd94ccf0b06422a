using System.Globalization;

namespace LogBroker.AdminCli.Profiles;

/// <summary>Settings by Kafka's names, and what each does to options.</summary>
/// <typeparam name="TOptions">The options they end up in.</typeparam>
internal sealed class SettingTable<TOptions>
{
    private readonly Dictionary<string, Func<TOptions, string, TOptions>> _settings = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _settings.Keys;

    /// <summary>Adds a setting whose value is taken as it is.</summary>
    public SettingTable<TOptions> Text(string name, Func<TOptions, string, TOptions> apply)
    {
        _settings[name] = apply;
        return this;
    }

    /// <summary>Adds a setting in milliseconds.</summary>
    public SettingTable<TOptions> Milliseconds(string name, Func<TOptions, TimeSpan, TOptions> apply) => Text(
        name, (options, text) => apply(options, TimeSpan.FromMilliseconds(NumberOf(name, text, 0))));

    /// <summary>Adds a setting that is a number.</summary>
    public SettingTable<TOptions> Number(string name, Func<TOptions, int, TOptions> apply) => Text(
        name, (options, text) => apply(options, checked((int)NumberOf(name, text, int.MinValue))));

    /// <summary>Adds a setting that is true or false.</summary>
    public SettingTable<TOptions> Flag(string name, Func<TOptions, bool, TOptions> apply) => Text(
        name,
        (options, text) => bool.TryParse(text, out bool value) ? apply(options, value) : throw Refused(name, text, "true or false"));

    /// <summary>Adds a setting that is one of several words.</summary>
    public SettingTable<TOptions> Choice<TValue>(string name, IReadOnlyDictionary<string, TValue> choices, Func<TOptions, TValue, TOptions> apply) =>
        Text(
            name,
            (options, text) => choices.TryGetValue(text.ToLowerInvariant(), out TValue? value)
                ? apply(options, value)
                : throw Refused(name, text, string.Join(", ", choices.Keys)));

    /// <summary>The options with those settings that belong to them.</summary>
    /// <exception cref="CommandException">A value cannot be read.</exception>
    public TOptions Apply(TOptions options, IReadOnlyDictionary<string, string> values)
    {
        foreach ((string name, string value) in values)
            if (_settings.TryGetValue(name, out Func<TOptions, string, TOptions>? apply)) options = apply(options, value);
        return options;
    }

    private static long NumberOf(string name, string text, int least) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= int.MaxValue
            ? value
            : throw Refused(name, text, "a whole number");

    private static CommandException Refused(string name, string text, string wanted) =>
        new($"{name} is \"{text}\": it must be {wanted}.", null, ExitCodes.WrongUsage);
}
