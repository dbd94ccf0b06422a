using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>One thing, told in full: named values, then listings of its parts.</summary>
internal sealed class Details : IDocument
{
    private readonly List<(string Name, JsonNode? Value, Cell Cell)> _values = [];
    private readonly List<(string Name, IDocument Part)> _parts = [];

    /// <summary>Adds a value.</summary>
    /// <param name="name">Hyphenated, in lower case.</param>
    /// <param name="value">What a program gets.</param>
    /// <param name="text">What a person gets, where that is not the value as it is.</param>
    /// <param name="tone">What it means to a person.</param>
    public Details Add(string name, JsonNode? value, string? text = null, Tone tone = Tone.Plain)
    {
        _values.Add((name, value, new Cell(text ?? PlainText.Of(value), tone)));
        return this;
    }

    /// <summary>Adds names of what is not well; good when there are none.</summary>
    /// <param name="name">Hyphenated, in lower case.</param>
    /// <param name="faults">The names.</param>
    /// <param name="tone">What it means that there are any.</param>
    public Details AddFaults(string name, JsonArray faults, Tone tone) =>
        faults.Count == 0 ? Add(name, faults, "none", Tone.Good) : Add(name, faults, tone: tone);

    /// <summary>Adds a listing of its parts.</summary>
    /// <param name="name">Hyphenated, in lower case.</param>
    /// <param name="part">The listing.</param>
    public Details Add(string name, IDocument part)
    {
        _parts.Add((name, part));
        return this;
    }

    public JsonNode ToJson()
    {
        var json = new JsonObject(_values.Select(value => KeyValuePair.Create(Names.ToProperty(value.Name), value.Value?.DeepClone())));
        foreach ((string name, IDocument part) in _parts) json[Names.ToProperty(name)] = part.ToJson();
        return json;
    }

    public void WriteTables(TableWriter tables)
    {
        tables.WritePairs(_values.Select(value => (value.Name, value.Cell)));
        foreach ((string name, IDocument part) in _parts)
        {
            tables.WriteTitle(name);
            part.WriteTables(tables);
        }
    }

    /// <summary>Values as NAME TAB VALUE; the rows of a part begin with the part's name.</summary>
    public IEnumerable<IEnumerable<string>> ToPlainRows() =>
    [
        .. _values.Select(value => (IEnumerable<string>)[value.Name, PlainText.Of(value.Value)]),
        .. _parts.SelectMany(part => part.Part.ToPlainRows().Select(row => row.Prepend(part.Name))),
    ];
}
