namespace LogBroker.AdminCli.Profiles;

/// <summary>Settings of several origins, each over those before it.</summary>
internal sealed class SettingLayers
{
    private const string Jaas = "sasl.jaas.config";

    private static readonly string[] Login = ["sasl.username", "sasl.password"];

    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Settings => _settings;

    /// <summary>Puts settings over those there are. Who says in one way who comes takes back what was said in the other.</summary>
    public SettingLayers Add(Dictionary<string, string> settings)
    {
        if (Login.Any(settings.ContainsKey)) Forget([Jaas]);
        if (settings.ContainsKey(Jaas)) Forget(Login);
        foreach ((string key, string value) in settings) _settings[key] = value;
        return this;
    }

    /// <summary>Takes settings away.</summary>
    public void Forget(IEnumerable<string> keys)
    {
        foreach (string key in keys) _settings.Remove(key);
    }
}
