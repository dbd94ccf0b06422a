using System.Globalization;

namespace LogBroker.Interop.Tests;

/// <summary>What the members of one group said, in the order in which they said it (Clients/consumer-protocol.md), and what must
/// hold between the lines: a partition has one owner, only its owner processes its records, none is left out, and none that was
/// committed comes again.</summary>
/// <remarks>Used by one thread at a time; every read goes on where the last one ended and fails at the first line that breaks a
/// rule.</remarks>
internal sealed class ConsumerProtocolHistory : IDisposable
{
    private readonly StreamReader _reader;
    private readonly string?[] _owners;
    private readonly long[] _next;
    private readonly long[] _committed;
    private readonly HashSet<string> _closed = [];
    private string _cut = "";

    public ConsumerProtocolHistory(int partitions)
    {
        Path = System.IO.Path.GetTempFileName();
        _reader = new StreamReader(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        _owners = new string?[partitions];
        _next = new long[partitions];
        _committed = new long[partitions];
    }

    /// <summary>The file that all members append to.</summary>
    public string Path { get; }

    /// <summary>Records that were processed again by whoever came after a member that was killed.</summary>
    public int Repetitions { get; private set; }

    public long Processed => _next.Sum();

    /// <summary>How many partitions each owner has, by member.</summary>
    public IReadOnlyDictionary<string, int> Owners =>
        _owners.OfType<string>().CountBy(owner => owner).ToDictionary(StringComparer.Ordinal);

    /// <summary>Up to which offset each partition was committed, as the members know it.</summary>
    public IReadOnlyList<long> Committed => _committed;

    public bool HasClosed(string member) => _closed.Contains(member);

    /// <summary>Takes in what was said meanwhile.</summary>
    public void ReadOn()
    {
        string[] lines = (_cut + _reader.ReadToEnd()).Split('\n');
        _cut = lines[^1];
        foreach (string line in lines[..^1])
        {
            Take(line);
        }
    }

    /// <summary>Says that the test has killed a member: what it owned is nobody's.</summary>
    public void SayKilled(string member) => File.AppendAllText(Path, $"{member} killed\n");

    public override string ToString() =>
        $"owners [{string.Join(' ', _owners)}] next [{string.Join(' ', _next)}] committed [{string.Join(' ', _committed)}]";

    public void Dispose()
    {
        _reader.Dispose();
        File.Delete(Path);
    }

    private void Take(string line)
    {
        string[] words = line.Split(' ');
        string member = words[0];
        switch (words[1])
        {
            case "assigned":
                ForEach(words[2], partition => Own(partition, member, line));
                break;
            case "revoked":
            case "lost":
                ForEach(words[2], partition => Disown(partition, member, line));
                break;
            case "record":
                Process(Number(words[2]), long.Parse(words[3], CultureInfo.InvariantCulture), member, line);
                break;
            case "committed":
                Commit(Number(words[2]), long.Parse(words[3], CultureInfo.InvariantCulture), line);
                break;
            case "killed":
                for (int partition = 0; partition < _owners.Length; partition++)
                {
                    if (_owners[partition] == member) _owners[partition] = null;
                }

                break;
            case "closed":
                if (_owners.Contains(member)) throw Broken(line, "it still owns something");
                _closed.Add(member);
                break;
            default:
                throw Broken(line, "not known");
        }
    }

    private void Own(int partition, string member, string line)
    {
        if (_owners[partition] is { } owner) throw Broken(line, $"{partition} is owned by {owner}");
        _owners[partition] = member;
    }

    private void Disown(int partition, string member, string line)
    {
        if (_owners[partition] != member) throw Broken(line, $"{partition} is owned by {_owners[partition]}");
        _owners[partition] = null;
    }

    private void Process(int partition, long offset, string member, string line)
    {
        if (_owners[partition] != member) throw Broken(line, $"{partition} is owned by {_owners[partition]}");
        if (offset > _next[partition]) throw Broken(line, $"{_next[partition]} was left out");
        if (offset < _committed[partition]) throw Broken(line, $"{_committed[partition]} was committed");
        if (offset < _next[partition]) Repetitions++;
        else _next[partition]++;
    }

    private void Commit(int partition, long offset, string line)
    {
        if (offset < _committed[partition]) throw Broken(line, $"{_committed[partition]} was committed");
        if (offset > _next[partition]) throw Broken(line, $"{_next[partition]} was not processed");
        _committed[partition] = offset;
    }

    private InvalidOperationException Broken(string line, string why) => new($"'{line}': {why}\n{this}");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void ForEach(string partitions, Action<int> act)
    {
        foreach (string partition in partitions.Split(','))
        {
            act(Number(partition));
        }
    }
}
