using System.Text;

namespace LogBroker.Protocol.Generator.Emission;

/// <summary>C# text under construction, indented by its braces.</summary>
internal sealed class CodeText
{
    private const int IndentWidth = 4;
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0) _text.Append(' ', _depth * IndentWidth).Append(line);
        _text.Append('\n');
    }

    /// <summary>Writes a line that continues the statement above it.</summary>
    public void Continue(string line)
    {
        _depth++;
        Line(line);
        _depth--;
    }

    public void Open(string line)
    {
        Line(line);
        Open();
    }

    public void Open()
    {
        Line("{");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Line("}");
    }

    public override string ToString() => _text.ToString();
}
