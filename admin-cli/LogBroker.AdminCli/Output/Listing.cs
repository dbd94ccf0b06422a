using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>Rows of one kind.</summary>
/// <typeparam name="T">What a row is made of.</typeparam>
/// <param name="rows">The rows, in the order they are shown.</param>
/// <param name="columns">What is shown of each.</param>
internal sealed class Listing<T>(IReadOnlyCollection<T> rows, params Column<T>[] columns) : IDocument
{
    /// <summary>What people read in place of an empty table.</summary>
    public string? WhenEmpty { get; init; }

    public JsonNode ToJson() => new JsonArray([.. rows.Select(ToObject)]);

    public void WriteTables(TableWriter tables)
    {
        if (rows.Count == 0 && WhenEmpty is not null) tables.WriteNote(WhenEmpty);
        else tables.Write([.. columns.Select(column => (column.Name, column.Wraps))], [.. rows.Select(row => columns.Select(column => column.CellOf(row)).ToArray())]);
    }

    public IEnumerable<IEnumerable<string>> ToPlainRows() =>
        rows.Select(row => columns.Select(column => PlainText.Of(column.Value(row))));

    private JsonNode ToObject(T row) =>
        new JsonObject(columns.Select(column => KeyValuePair.Create(column.Property, column.Value(row))));
}
