namespace LogBroker.Interop.Tests;

/// <summary>The broker's promise: record number <paramref name="Number"/> of the partition stands at this offset.</summary>
internal readonly record struct Ack(int Partition, long Number, long Offset);

/// <summary>The file in which a producer outside this process writes each acknowledgement it gets, a line each.</summary>
internal sealed class AckHistory : IDisposable
{
    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>All whole lines written so far.</summary>
    public IReadOnlyList<Ack> Read()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        string whole = text[..(text.LastIndexOf('\n') + 1)];
        var acks = new List<Ack>();
        foreach (ReadOnlySpan<char> line in whole.AsSpan().EnumerateLines())
        {
            if (!line.IsEmpty)
            {
                acks.Add(Parse(line));
            }
        }

        return acks;
    }

    public void Dispose() => File.Delete(Path);

    private static Ack Parse(ReadOnlySpan<char> line)
    {
        Span<Range> fields = stackalloc Range[3];
        Assert.Equal(3, line.Split(fields, ' '));
        return new Ack(int.Parse(line[fields[0]]), long.Parse(line[fields[1]]), long.Parse(line[fields[2]]));
    }
}
