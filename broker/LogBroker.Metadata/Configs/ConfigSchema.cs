using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Metadata.Configs;

/// <summary>All settings that one kind of resource has.</summary>
public sealed class ConfigSchema
{
    private readonly FrozenDictionary<string, ConfigDefinition> _byName;

    internal ConfigSchema(IEnumerable<ConfigDefinition> definitions)
    {
        Definitions = [.. definitions.OrderBy(definition => definition.Name, StringComparer.Ordinal)];
        _byName = Definitions.ToFrozenDictionary(definition => definition.Name);
    }

    /// <summary>In ascending order of their names.</summary>
    public ImmutableArray<ConfigDefinition> Definitions { get; }

    /// <summary>The definition of a setting this program is certain to have.</summary>
    public ConfigDefinition this[string name] => _byName[name];

    public bool TryGet(string name, [NotNullWhen(true)] out ConfigDefinition? definition) =>
        _byName.TryGetValue(name, out definition);

    /// <summary>The known name that looks most like an unknown one; null if none is near.</summary>
    public string? NearestTo(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // Further away than a third of its letters, a name is another name and not a slip of the pen.
        int nearest = Math.Max(2, name.Length / 3) + 1;
        string? found = null;
        foreach (var definition in Definitions)
        {
            int distance = EditDistance.Between(name, definition.Name);
            if (distance >= nearest) continue;
            nearest = distance;
            found = definition.Name;
        }

        return found;
    }
}
