using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace LogBroker.Server.Hosting;

/// <summary>Every setting that was given, after the layers are laid over each other, with the catalogue's defaults
/// behind it. Names and values have been checked against the catalogue. Immutable.</summary>
public sealed class BrokerSettings
{
    private const string EnvironmentPrefix = "LOGBROKER_";

    private readonly ISettingCatalogue _catalogue;
    private readonly FrozenDictionary<string, BrokerSetting> _given;

    private BrokerSettings(ISettingCatalogue catalogue, Dictionary<string, BrokerSetting> given)
    {
        _catalogue = catalogue;
        _given = given.ToFrozenDictionary();
    }

    /// <summary>The settings that somebody gave, by name; what is not here has its default.</summary>
    public IReadOnlyDictionary<string, BrokerSetting> Given => _given;

    /// <summary>Lays flags over environment over file.</summary>
    /// <param name="catalogue">Knows the names and values.</param>
    /// <param name="flags">Settings of the command line.</param>
    /// <param name="environment">Variables; those that start with <c>LOGBROKER_</c> are settings, underscores for dots.</param>
    /// <param name="configFile">A properties file, or null.</param>
    /// <exception cref="SettingsException">A name is unknown, a value is bad or the file cannot be read.</exception>
    public static BrokerSettings Load(
        ISettingCatalogue catalogue, ImmutableArray<BrokerSetting> flags, IDictionary environment, string? configFile)
    {
        var given = new Dictionary<string, BrokerSetting>(StringComparer.Ordinal);
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (BrokerSetting setting in FromFile(configFile).Concat(FromEnvironment(environment)).Concat(flags))
        {
            if (catalogue.Contains(setting.Name))
                given[setting.Name] = setting;
            else
                problems.Add(UnknownName(catalogue, setting));
        }
        foreach (BrokerSetting setting in given.Values.OrderBy(setting => setting.Name, StringComparer.Ordinal))
        {
            if (catalogue.Check(setting.Name, setting.Value) is { } reason)
                problems.Add($"{reason} ({setting.Origin}).");
        }
        if (problems.Count > 0)
            throw new SettingsException(problems.ToImmutable());
        return new BrokerSettings(catalogue, given);
    }

    /// <summary>Whether somebody gave this setting.</summary>
    public bool IsGiven(string name) => _given.ContainsKey(name);

    /// <summary>The value of a setting, its default when not given, or null when it has none or is empty.</summary>
    public string? Text(string name)
    {
        string? text = _given.TryGetValue(name, out BrokerSetting? setting) ? setting.Value : _catalogue.DefaultOf(name);
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>A comma-separated list, without empty members.</summary>
    public ImmutableArray<string> List(string name) =>
        [.. (Text(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>A whole number.</summary>
    /// <exception cref="SettingsException">It has no value.</exception>
    public int Int32(string name) => int.Parse(Required(name), NumberStyles.Integer, CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Int32"/>
    public long Int64(string name) => long.Parse(Required(name), NumberStyles.Integer, CultureInfo.InvariantCulture);

    /// <summary><c>true</c> or <c>false</c>, in any case.</summary>
    /// <exception cref="SettingsException">It has no value.</exception>
    public bool Boolean(string name) => bool.Parse(Required(name));

    /// <summary>A number of milliseconds; a negative one, or one beyond what a timer takes, means unlimited.</summary>
    /// <exception cref="SettingsException">It has no value.</exception>
    public TimeSpan Milliseconds(string name)
    {
        long milliseconds = Int64(name);
        return milliseconds < 0 || milliseconds >= (long)TimeSpan.MaxValue.TotalMilliseconds
            ? TimeSpan.MaxValue
            : TimeSpan.FromMilliseconds(milliseconds);
    }

    private string Required(string name) => Text(name) ?? throw new SettingsException($"{name} must be set.");

    private static string UnknownName(ISettingCatalogue catalogue, BrokerSetting setting)
    {
        string sentence = $"Unknown setting '{setting.Name}' ({setting.Origin})";
        return catalogue.NearestTo(setting.Name) is { } near ? $"{sentence}: did you mean '{near}'?" : $"{sentence}.";
    }

    private static IEnumerable<BrokerSetting> FromFile(string? path)
    {
        if (path is null)
            return [];
        try
        {
            using var text = new StreamReader(path);
            return [.. PropertiesFile.Parse(text).Select(entry => new BrokerSetting(
                entry.Name, entry.Value, SettingSource.File, $"file {path}, line {entry.Line}"))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Cannot read the settings file {path}: {failure.Message}");
        }
    }

    private static IEnumerable<BrokerSetting> FromEnvironment(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
        {
            if (variable.Key is not string key || !key.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
                continue;
            string name = ToSettingName(key[EnvironmentPrefix.Length..]);
            yield return new BrokerSetting(
                name, (variable.Value as string ?? "").Trim(), SettingSource.Environment, $"environment variable {key}");
        }
    }

    // No setting has an underscore in its name, so the way back from a variable's name is unambiguous.
    private static string ToSettingName(string variable) =>
        variable.Replace('_', '.').ToLower(CultureInfo.InvariantCulture);
}
