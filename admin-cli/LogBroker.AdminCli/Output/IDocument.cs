using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>What a command has to say on standard output, in every format.</summary>
internal interface IDocument
{
    /// <summary>For JSON and YAML; an array's elements are the lines of NDJSON.</summary>
    JsonNode ToJson();

    /// <summary>For people.</summary>
    void WriteTables(TableWriter tables);

    /// <summary>For cut and awk: one line a row, tabs between the cells.</summary>
    IEnumerable<IEnumerable<string>> ToPlainRows();
}
