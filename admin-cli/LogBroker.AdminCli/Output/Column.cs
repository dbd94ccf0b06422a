using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>A column of a listing.</summary>
/// <typeparam name="T">What a row is made of.</typeparam>
/// <param name="Name">Hyphenated, in lower case: the header in capitals, the JSON property in camelCase.</param>
/// <param name="Value">What a program gets.</param>
/// <param name="Text">What a person gets, where that is not the value as it is: "3 min", not 180000.</param>
internal sealed record Column<T>(string Name, Func<T, JsonNode?> Value, Func<T, string>? Text = null)
{
    /// <summary>The name in JSON and YAML.</summary>
    public string Property { get; } = Names.ToProperty(Name);

    /// <summary>What it means to a person.</summary>
    public Func<T, Tone> Tone { get; init; } = _ => Output.Tone.Plain;

    /// <summary>Whether it is sentences, which may be broken between words where the terminal is too narrow for them.</summary>
    public bool Wraps { get; init; }

    /// <summary>What a person reads.</summary>
    public Cell CellOf(T row) => new(Text?.Invoke(row) ?? PlainText.Of(Value(row)), Tone(row));
}
