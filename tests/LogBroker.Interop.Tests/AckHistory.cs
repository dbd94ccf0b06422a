namespace LogBroker.Interop.Tests;

/// <summary>The broker's promise: record number <paramref name="Number"/> of the partition stands at this offset.</summary>
internal readonly record struct Ack(int Partition, long Number, long Offset);

/// <summary>The file in which a producer outside this process writes each acknowledgement it gets, a line each.</summary>
/// <remarks>Used by one thread at a time; every read goes on where the last one ended.</remarks>
internal sealed class AckHistory : IDisposable
{
    private readonly List<Ack> _acks = [];
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly FileStream _stream;
    private Ack _current;
    private int _field;

    public AckHistory()
    {
        Path = System.IO.Path.GetTempFileName();
        _stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
    }

    public string Path { get; }

    /// <summary>How many whole lines there are so far.</summary>
    public int Count
    {
        get
        {
            ReadOn();
            return _acks.Count;
        }
    }

    /// <summary>All whole lines written so far; later ones do not change the result.</summary>
    public IReadOnlyList<Ack> Read() => _acks.GetRange(0, Count);

    public void Dispose()
    {
        _stream.Dispose();
        File.Delete(Path);
    }

    private void ReadOn()
    {
        for (int length; (length = _stream.Read(_buffer)) > 0;)
        {
            foreach (byte letter in _buffer.AsSpan(0, length))
            {
                Take(letter);
            }
        }
    }

    // "partition number offset\n", digits only: a line may be cut anywhere by the end of what is written so far.
    private void Take(byte letter)
    {
        switch (letter)
        {
            case (byte)' ':
                _field++;
                break;
            case (byte)'\n':
                Assert.Equal(2, _field);
                _acks.Add(_current);
                (_current, _field) = (default, 0);
                break;
            default:
                int digit = letter - '0';
                Assert.InRange(digit, 0, 9);
                _current = _field switch
                {
                    0 => _current with { Partition = (_current.Partition * 10) + digit },
                    1 => _current with { Number = (_current.Number * 10) + digit },
                    _ => _current with { Offset = (_current.Offset * 10) + digit },
                };
                break;
        }
    }
}
