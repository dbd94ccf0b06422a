using System.Text.Json.Nodes;

namespace LogBroker.AdminCli.Output;

/// <summary>A listing whose rows are written as they come: nothing of them is kept.</summary>
/// <typeparam name="T">What a row is made of.</typeparam>
/// <param name="environment">Whose standard output it is.</param>
/// <param name="format">The format that was asked for.</param>
/// <param name="columns">What is shown of each row.</param>
internal sealed class RowStream<T>(CommandEnvironment environment, OutputFormat format, params Column<T>[] columns)
{
    private const string Gap = "  ";

    private readonly TextWriter _output = environment.Output;
    private int[]? _widths;
    private bool _hasWritten;

    public void Write(T row)
    {
        switch (format)
        {
            case OutputFormat.Ndjson:
                _output.WriteLine(JsonText.OneLine(ToJson(row)));
                break;
            case OutputFormat.Json:
                _output.WriteLine(_hasWritten ? "," : "[");
                _output.Write(JsonText.Indented(ToJson(row)));
                break;
            case OutputFormat.Yaml:
                YamlText.Write(new JsonArray(ToJson(row)), _output);
                break;
            case OutputFormat.Plain:
                _output.WriteLine(string.Join('\t', columns.Select(column => PlainText.Of(column.Value(row)))));
                break;
            default:
                WriteCells([.. columns.Select(column => TerminalText.OneLine(column.CellOf(row).Text))]);
                break;
        }
        _hasWritten = true;
    }

    /// <summary>Ends what has to be ended.</summary>
    public void Close()
    {
        if (format == OutputFormat.Json) _output.WriteLine(_hasWritten ? "\n]" : "[]");
        else if (format == OutputFormat.Yaml && !_hasWritten) _output.WriteLine("[]");
    }

    /// <summary>Columns are as wide as in the first row; what is wider later moves the rest of its row to the right.</summary>
    private void WriteCells(string[] cells)
    {
        if (_widths is null)
        {
            string[] headers = [.. columns.Select(column => Names.ToHeader(column.Name))];
            _widths = [.. headers.Zip(cells, (header, cell) => Math.Max(header.Length, cell.Length))];
            HeaderLine.Write(environment, Line(headers, _widths));
        }
        _output.WriteLine(Line(cells, _widths));
    }

    private static string Line(string[] cells, int[] widths) => string.Join(Gap, cells.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd();

    private JsonObject ToJson(T row) => new(columns.Select(column => KeyValuePair.Create(column.Property, column.Value(row))));
}
