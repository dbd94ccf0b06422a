using Spectre.Console;

namespace LogBroker.AdminCli.Output;

/// <summary>Tables for people: on a terminal in its width and colours, elsewhere as bare aligned text.</summary>
internal sealed class TableWriter(IAnsiConsole console)
{
    /// <summary>A table of rows.</summary>
    public void Write(string[] names, IEnumerable<string[]> rows)
    {
        string[][] cells = [.. rows];
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        for (int index = 0; index < names.Length; index++)
        {
            var column = new TableColumn(new Text(Names.ToHeader(names[index]), new Style(decoration: Decoration.Bold)))
            {
                NoWrap = true,
                Padding = new Padding(0, 0, index == names.Length - 1 ? 0 : 2, 0),
            };
            if (cells.Length > 0 && cells.All(row => IsNumber(row[index]))) column.Alignment = Justify.Right;
            table.AddColumn(column);
        }

        foreach (string[] row in cells) table.AddRow(row.Select(cell => new Text(cell)));
        console.Write(table);
    }

    /// <summary>Names and values.</summary>
    public void WritePairs(IEnumerable<(string Name, string Text)> pairs)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, string text) in pairs)
            grid.AddRow(new Text(Names.ToHeader(name), new Style(decoration: Decoration.Bold)), new Text(text));
        console.Write(grid);
    }

    public void WriteTitle(string name)
    {
        console.WriteLine();
        console.Write(new Text(Names.ToHeader(name), new Style(Color.Aqua)));
        console.WriteLine();
    }

    /// <summary>Clears the screen.</summary>
    public void Clear() => console.Clear(home: true);

    public void WriteNote(string text) => console.WriteLine(text);

    private static bool IsNumber(string cell) => cell is "" or "-" || cell.All(letter => char.IsDigit(letter) || letter is ',' or '.' or '-');
}
