using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace LogBroker.AdminCli.Output;

/// <summary>Writes documents to standard output in the format that was asked for.</summary>
/// <param name="environment">Whose standard output it is.</param>
/// <param name="format">The format.</param>
internal sealed class DocumentWriter(CommandEnvironment environment, OutputFormat format)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public OutputFormat Format => format;

    public void Write(IDocument document)
    {
        switch (format)
        {
            case OutputFormat.Json:
                environment.Output.WriteLine(document.ToJson().ToJsonString(Indented));
                break;
            case OutputFormat.Ndjson:
                WriteLines(document.ToJson());
                break;
            case OutputFormat.Yaml:
                YamlText.Write(document.ToJson(), environment.Output);
                break;
            case OutputFormat.Plain:
                foreach (IEnumerable<string> row in document.ToPlainRows()) environment.Output.WriteLine(string.Join('\t', row.Select(Cell)));
                break;
            default:
                document.WriteTables(new TableWriter(environment.ConsoleOfOutput(), environment.IsTerminal));
                break;
        }
    }

    /// <summary>Clears the screen, where tables are drawn.</summary>
    public void Clear()
    {
        if (format == OutputFormat.Table) environment.ConsoleOfOutput().Clear(home: true);
    }

    private void WriteLines(JsonNode json)
    {
        foreach (JsonNode? line in json as JsonArray ?? [json.DeepClone()]) environment.Output.WriteLine(line?.ToJsonString(OneLine) ?? "null");
    }

    /// <summary>A cell is one cell of one line, whatever is in it.</summary>
    private static string Cell(string text) => text.AsSpan().ContainsAny('\t', '\n', '\r')
        ? text.Replace("\t", "\\t", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
        : text;
}
