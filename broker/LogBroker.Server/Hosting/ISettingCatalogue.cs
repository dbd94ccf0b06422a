namespace LogBroker.Server.Hosting;

/// <summary>What settings there are and which values each takes.</summary>
/// <remarks>The boundary between reading settings (here) and knowing them (the catalogue of Kafka's keys and ours).
/// Implementations are immutable and may be asked from any thread.</remarks>
public interface ISettingCatalogue
{
    /// <summary>Whether a setting of this name exists.</summary>
    bool Contains(string name);

    /// <summary>The text a setting has when nobody gives it, or null where it has none.</summary>
    string? DefaultOf(string name);

    /// <summary>Judges a value: null when it is good, else a sentence that names the setting and the reason, without a full stop.</summary>
    string? Check(string name, string value);

    /// <summary>The known name nearest to a misspelt one, or null when none is near.</summary>
    string? NearestTo(string name);
}
