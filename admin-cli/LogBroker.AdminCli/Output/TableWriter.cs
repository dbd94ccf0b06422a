using Spectre.Console;

namespace LogBroker.AdminCli.Output;

/// <summary>Tables for people: on a terminal in its colours and without what is empty, elsewhere as bare aligned text.</summary>
/// <remarks>Only sentences are broken where a terminal is too narrow; names and numbers stay whole, and the terminal goes on in its next line
/// as with any long line.</remarks>
internal sealed class TableWriter(IAnsiConsole console, bool isTerminal)
{
    private const int Gap = 2;
    private const int NarrowestSentence = 30;

    private static readonly Style Header = new(decoration: Decoration.Bold);

    /// <summary>A table of rows.</summary>
    /// <param name="columns">The name of each column, and whether it may be broken.</param>
    /// <param name="rows">The cells of each row, one for each column.</param>
    public void Write((string Name, bool Wraps)[] columns, Cell[][] rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        int[] shown = [.. Enumerable.Range(0, columns.Length).Where(index => !isTerminal || rows.Length == 0 || rows.Any(row => row[index].Text.Length > 0))];
        int width = 0;
        foreach (int index in shown)
        {
            bool isLast = index == shown[^1];
            string header = Names.ToHeader(columns[index].Name);
            width += Math.Max(header.Length, rows.Select(row => NarrowestOf(row[index].Text, columns[index].Wraps)).DefaultIfEmpty(0).Max()) + (isLast ? 0 : Gap);
            var column = new TableColumn(new Text(header, Header)) { NoWrap = !columns[index].Wraps, Padding = new Padding(0, 0, isLast ? 0 : Gap, 0) };
            if (rows.Length > 0 && rows.All(row => IsNumber(row[index].Text))) column.Alignment = Justify.Right;
            table.AddColumn(column);
        }

        foreach (Cell[] row in rows) table.AddRow(shown.Select(index => new Text(row[index].Text, row[index].Tone.ToStyle())));
        console.Profile.Width = Math.Max(console.Profile.Width, width);
        console.Write(table);
    }

    /// <summary>Names and values.</summary>
    public void WritePairs(IEnumerable<(string Name, Cell Cell)> pairs)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, Gap, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, Cell cell) in pairs)
            grid.AddRow(new Text(Names.ToHeader(name), Header), new Text(cell.Text, cell.Tone.ToStyle()));
        console.Write(grid);
    }

    public void WriteTitle(string name)
    {
        console.WriteLine();
        console.Write(new Text(Names.ToHeader(name), Tone.Accent.ToStyle()));
        console.WriteLine();
    }

    public void WriteNote(string text) => console.WriteLine(text);

    /// <summary>How narrow a column may be for a text: where it may be broken, no narrower than its longest word.</summary>
    private static int NarrowestOf(string text, bool wraps) =>
        wraps ? Math.Max(Math.Min(text.Length, NarrowestSentence), text.Split(' ').Max(word => word.Length)) : text.Length;

    private static bool IsNumber(string cell) => cell is "" or "-" || cell.All(letter => char.IsDigit(letter) || letter is ',' or '.' or '-' or '+');
}
