using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>Writes documents to standard output in the format that was asked for.</summary>
/// <param name="output">Standard output.</param>
/// <param name="format">The format.</param>
/// <param name="tables">The same output as a terminal; made when it is needed, for that takes a moment.</param>
internal sealed class DocumentWriter(TextWriter output, OutputFormat format, Func<TableWriter> tables)
{
    private bool _hasWritten;

    public OutputFormat Format => format;

    public void Write(IDocument document)
    {
        switch (format)
        {
            case OutputFormat.Json:
                output.WriteLine(JsonText.Indented(document.ToJson()));
                break;
            case OutputFormat.Ndjson:
                WriteLines(document.ToJson());
                break;
            case OutputFormat.Yaml:
                YamlText.Write(document.ToJson(), output, isFurther: _hasWritten);
                break;
            case OutputFormat.Plain:
                foreach (IEnumerable<string> row in document.ToPlainRows()) output.WriteLine(string.Join('\t', row.Select(Cell)));
                break;
            default:
                document.WriteTables(tables());
                break;
        }
        _hasWritten = true;
    }

    /// <summary>Clears the screen, where tables are drawn.</summary>
    public void Clear()
    {
        if (format == OutputFormat.Table) tables().Clear();
    }

    private void WriteLines(JsonNode json)
    {
        foreach (JsonNode? line in json as JsonArray ?? [json.DeepClone()]) output.WriteLine(JsonText.OneLine(line));
    }

    /// <summary>A cell is one cell of one line, whatever is in it.</summary>
    private static string Cell(string text) => text.AsSpan().ContainsAny('\t', '\n', '\r')
        ? text.Replace("\t", "\\t", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
        : text;
}
