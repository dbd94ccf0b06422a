using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace LogBroker.AdminCli.Output;

/// <summary>Writes documents to standard output in the format that was asked for.</summary>
/// <param name="environment">Whose standard output it is.</param>
/// <param name="format">The format.</param>
internal sealed partial class DocumentWriter(CommandEnvironment environment, OutputFormat format)
{
    private bool _hasWritten;

    private int _drawnRows;

    public OutputFormat Format => format;

    /// <summary>Held by whoever draws, and by who writes to the same terminal beside the drawing.</summary>
    public Lock Drawing { get; } = new();

    public void Write(IDocument document)
    {
        switch (format)
        {
            case OutputFormat.Json:
                environment.Output.WriteLine(JsonText.Indented(document.ToJson()));
                break;
            case OutputFormat.Ndjson:
                WriteLines(document.ToJson());
                break;
            case OutputFormat.Yaml:
                YamlText.Write(document.ToJson(), environment.Output, isFurther: _hasWritten);
                break;
            case OutputFormat.Plain:
                foreach (IEnumerable<string> row in document.ToPlainRows()) environment.Output.WriteLine(string.Join('\t', row.Select(Cell)));
                break;
            default:
                document.WriteTables(new TableWriter(environment.ConsoleOn(environment.Output), environment.IsTerminal));
                break;
        }
        _hasWritten = true;
    }

    /// <summary>Writes a document in the place of the one that was drawn before, where tables are drawn on a terminal; elsewhere after
    /// it.</summary>
    public void Redraw(IDocument document)
    {
        if (format != OutputFormat.Table || !environment.CanRedraw)
        {
            Write(document);
            return;
        }
        lock (Drawing) Draw(document);
    }

    /// <summary>Leaves what was drawn where it is, for something else is written below it.</summary>
    public void Leave() => _drawnRows = 0;

    private void Draw(IDocument document)
    {
        var frame = new StringWriter();
        IAnsiConsole console = environment.ConsoleOn(frame);
        int width = console.Profile.Width;
        document.WriteTables(new TableWriter(console, environment.IsTerminal));
        // In one piece, so that nobody sees it half drawn.
        environment.Output.Write((_drawnRows == 0 ? "" : $"\e[{_drawnRows}A\e[J") + frame);
        environment.Output.Flush();
        _drawnRows = RowsOf(frame.ToString(), width);
    }

    private void WriteLines(JsonNode json)
    {
        foreach (JsonNode? line in json as JsonArray ?? [json.DeepClone()]) environment.Output.WriteLine(JsonText.OneLine(line));
    }

    /// <summary>How many rows of the terminal a text takes, with what is too long for one.</summary>
    private static int RowsOf(string text, int width) =>
        Sequence().Replace(text, "").TrimEnd('\n').Split('\n').Sum(line => Math.Max(1, (line.TrimEnd('\r').Length + width - 1) / width));

    [GeneratedRegex("\\e\\[[0-9;]*m")]
    private static partial Regex Sequence();

    /// <summary>A cell is one cell of one line, whatever is in it.</summary>
    private static string Cell(string text) => text.AsSpan().ContainsAny('\t', '\n', '\r')
        ? text.Replace("\t", "\\t", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
        : text;
}
