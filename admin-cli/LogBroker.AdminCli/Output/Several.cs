using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>Several things told in full, one after the other.</summary>
/// <param name="documents">Each of them.</param>
internal sealed class Several(IReadOnlyList<IDocument> documents) : IDocument
{
    public JsonNode ToJson() => new JsonArray([.. documents.Select(document => document.ToJson())]);

    public void WriteTables(TableWriter tables)
    {
        for (int index = 0; index < documents.Count; index++)
        {
            if (index > 0) tables.WriteNote("");
            documents[index].WriteTables(tables);
        }
    }

    public IEnumerable<IEnumerable<string>> ToPlainRows() => documents.SelectMany(document => document.ToPlainRows());
}
