using Spectre.Console;

namespace LogBroker.AdminCli.Output;

/// <summary>Tables for people: on a terminal in its colours and without what is empty, elsewhere as bare aligned text.</summary>
/// <remarks>Names and numbers are never broken: what is too wide for the terminal goes on in its next line, as any long line does. Sentences
/// that have no place beside the rest of their row stand below it.</remarks>
internal sealed class TableWriter(IAnsiConsole console, bool isTerminal)
{
    private const string Gap = "  ";
    private const int Indent = 2;

    private readonly int _width = console.Profile.Width;
    private readonly Style _header = console.HeaderStyle();

    /// <summary>A table of rows.</summary>
    /// <param name="columns">The name of each column, and whether it is sentences.</param>
    /// <param name="rows">The cells of each row, one for each column.</param>
    public void Write((string Name, bool Wraps)[] columns, Cell[][] rows)
    {
        rows = [.. rows.Select(row => row.Select(cell => cell with { Text = TerminalText.OneLine(cell.Text) }).ToArray())];
        string[] headers = [.. columns.Select(column => Names.ToHeader(column.Name))];
        int[] widths = [.. headers.Select((header, index) => rows.Select(row => row[index].Text.GetCellWidth()).Append(header.Length).Max())];
        bool[] isNumeric = [.. columns.Select((_, index) => rows.Length > 0 && rows.All(row => IsNumber(row[index].Text)))];
        List<int> beside = [.. Enumerable.Range(0, columns.Length).Where(index => !isTerminal || rows.Length == 0 || rows.Any(row => row[index].Text.Length > 0))];
        List<int> below = [];
        while (beside.Sum(index => widths[index] + Gap.Length) - Gap.Length > _width && beside.FindLastIndex(index => columns[index].Wraps) is >= 0 and int last)
        {
            below.Insert(0, beside[last]);
            beside.RemoveAt(last);
        }

        var lines = new Paragraph();
        AddLine(lines, [.. headers.Select(header => (header, _header))], beside, widths, isNumeric);
        foreach (Cell[] row in rows)
        {
            AddLine(lines, [.. row.Select(cell => (cell.Text, cell.Tone.ToStyle()))], beside, widths, isNumeric);
            if (!below.Exists(index => row[index].Text.Length > 0)) continue;
            WriteWhole(lines);
            lines = new Paragraph();
            foreach (int index in below.Where(index => row[index].Text.Length > 0))
                console.Write(new Padder(new Text(row[index].Text, row[index].Tone.ToStyle()), new Padding(Indent, 0, 0, 0)));
        }
        WriteWhole(lines);
    }

    /// <summary>Names and values.</summary>
    public void WritePairs(IEnumerable<(string Name, Cell Cell)> pairs)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, Gap.Length, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, Cell cell) in pairs)
            grid.AddRow(new Text(Names.ToHeader(name), _header), new Text(isTerminal && cell.Text.Length == 0 ? "-" : TerminalText.Lines(cell.Text), cell.Tone.ToStyle()));
        console.Write(grid);
    }

    public void WriteTitle(string name)
    {
        console.WriteLine();
        console.Write(new Text(Names.ToHeader(name), Tone.Accent.ToStyle()));
        console.WriteLine();
    }

    public void WriteNote(string text) => console.WriteLine(text);

    /// <summary>A row, in which the last cell is as long as it is.</summary>
    private static void AddLine(Paragraph lines, (string Text, Style Style)[] cells, List<int> shown, int[] widths, bool[] isNumeric)
    {
        for (int place = 0; place < shown.Count; place++)
        {
            int index = shown[place];
            (string text, Style style) = cells[index];
            string blank = new(' ', widths[index] - text.GetCellWidth());
            if (isNumeric[index]) lines.Append(blank);
            lines.Append(text, style);
            if (place == shown.Count - 1) break;
            lines.Append(isNumeric[index] ? Gap : blank + Gap);
        }
        lines.Append("\n");
    }

    /// <summary>Writes lines that are not to be broken.</summary>
    private void WriteWhole(Paragraph lines)
    {
        console.Profile.Width = int.MaxValue / 2;
        console.Write(lines);
        console.Profile.Width = _width;
    }

    private static bool IsNumber(string cell) => cell is "" or "-" || cell.All(letter => char.IsDigit(letter) || letter is ',' or '.' or '-' or '+');
}
