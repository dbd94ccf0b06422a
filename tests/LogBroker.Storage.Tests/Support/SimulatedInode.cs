namespace LogBroker.Storage.Tests.Support;

/// <summary>The content of a simulated file: what is in memory, what is on the platter, and which pages differ.</summary>
internal sealed class SimulatedInode(SimulatedDisk disk)
{
    private const int PageBytes = 512;

    private readonly HashSet<long> _dirty = [];
    private readonly HashSet<long> _dropped = [];
    private byte[] _memory = [];
    private byte[] _durable = [];
    private long _durableLength;

    public long Length { get; private set; }

    public int Read(Span<byte> target, long position)
    {
        int count = (int)Math.Clamp(Length - position, 0, target.Length);
        if (count > 0) _memory.AsSpan((int)position, count).CopyTo(target);
        return count;
    }

    /// <summary>Writes as much as there is room for.</summary>
    /// <returns>Whether that was all.</returns>
    public bool Write(ReadOnlySpan<byte> source, long position)
    {
        long growth = Math.Max(0, position + source.Length - Length);
        long room = disk.CapacityBytes - disk.UsedBytes;
        int count = growth <= room ? source.Length : (int)Math.Max(0, source.Length - (growth - room));
        Reserve(position + count);
        source[..count].CopyTo(_memory.AsSpan((int)position));
        Length = Math.Max(Length, position + count);
        Mark(position, position + count);
        return count == source.Length;
    }

    public void SetLength(long length)
    {
        Reserve(length);
        if (length < Length) Array.Clear(_memory, (int)length, (int)(Length - length));
        Mark(Math.Min(length, Length), Math.Max(length, Length));
        Length = length;
    }

    public void Sync()
    {
        EnsureDurable();
        foreach (long page in _dirty) Copy(_memory, _durable, page);
        _dirty.Clear();
        _durableLength = Length;
    }

    /// <summary>A sync that fails: the pages count as clean although they are not on the platter.</summary>
    public void FailSync()
    {
        _dropped.UnionWith(_dirty);
        _dirty.Clear();
    }

    /// <summary>Forgets the memory of clean pages.</summary>
    public void DropCache()
    {
        EnsureDurable();
        foreach (long page in _dropped)
        {
            if (!_dirty.Contains(page)) Copy(_durable, _memory, page);
        }

        _dropped.Clear();
    }

    /// <summary>What is left after a power cut.</summary>
    public void Lose(Random random)
    {
        EnsureDurable();
        long length = random.Next(3) switch
        {
            0 => _durableLength,
            1 => Length,
            _ => Math.Min(_durableLength, Length) + random.NextInt64(Math.Abs(Length - _durableLength) + 1),
        };
        bool losesPages = random.Next(2) == 0;
        foreach (long page in _dropped) Copy(_durable, _memory, page);
        foreach (long page in _dirty)
        {
            if (losesPages && random.Next(3) == 0) Copy(_durable, _memory, page);
        }

        Array.Clear(_memory, (int)Math.Min(length, _memory.Length), _memory.Length - (int)Math.Min(length, _memory.Length));
        Reserve(length);
        Length = length;
        _dirty.Clear();
        _dropped.Clear();
        _durable = (byte[])_memory.Clone();
        _durableLength = length;
    }

    public void FlipBit(long position)
    {
        _memory[position] ^= 4;
        EnsureDurable();
        _durable[position] ^= 4;
    }

    public void Damage(long position, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_memory.AsSpan((int)position));
        EnsureDurable();
        bytes.CopyTo(_durable.AsSpan((int)position));
    }

    private void Mark(long from, long to)
    {
        for (long page = from / PageBytes; page * PageBytes < to; page++)
        {
            _dirty.Add(page);
            _dropped.Remove(page);
        }
    }

    private void Reserve(long length)
    {
        if (_memory.Length < length) Array.Resize(ref _memory, (int)Math.Max(length, 2L * _memory.Length));
    }

    private void EnsureDurable()
    {
        if (_durable.Length < _memory.Length) Array.Resize(ref _durable, _memory.Length);
    }

    private static void Copy(byte[] from, byte[] to, long page)
    {
        int start = (int)(page * PageBytes);
        int count = Math.Min(PageBytes, Math.Min(from.Length, to.Length) - start);
        if (count > 0) Array.Copy(from, start, to, start, count);
    }
}
