using System.Text;

namespace LogBroker.Interop.Tests.Groups;

/// <summary>The file to which all members of a group write, each line in one write: the order of the lines is the order in
/// which things happened.</summary>
/// <remarks>Used by one thread at a time; every read goes on where the last one ended, at whole lines.</remarks>
internal sealed class GroupJournal : IDisposable
{
    private readonly FileStream _reading;
    private readonly List<byte> _rest = [];
    private readonly List<string> _lines = [];

    public GroupJournal()
    {
        Path = System.IO.Path.GetTempFileName();
        _reading = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
    }

    public string Path { get; }

    /// <summary>The whole lines read so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The last lines, for whoever has to find out why a test failed.</summary>
    public string Tail => string.Join('\n', _lines.TakeLast(120));

    public IEnumerable<GroupEvent> ReadOn()
    {
        byte[] buffer = new byte[1 << 16];
        for (int length; (length = _reading.Read(buffer)) > 0;)
        {
            _rest.AddRange(buffer.AsSpan(0, length));
        }

        int end = _rest.LastIndexOf((byte)'\n') + 1;
        string[] lines = Encoding.UTF8.GetString([.. _rest.Take(end)]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _rest.RemoveRange(0, end);
        _lines.AddRange(lines);
        return lines.Select(GroupEvent.Parse).OfType<GroupEvent>();
    }

    /// <summary>Writes that a member has ended.</summary>
    public void TellGone(string member)
    {
        using var writing = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        writing.Write(Encoding.UTF8.GetBytes($"{member} {GroupEvent.GoneWord}\n"));
    }

    public void Dispose()
    {
        _reading.Dispose();
        File.Delete(Path);
    }
}
