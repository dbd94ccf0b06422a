using LogBroker.Storage.Disk;

namespace LogBroker.Storage.Segments;

/// <summary>The budget of open segment files: opens them when they are used and closes those not used for long.</summary>
/// <remarks>
/// Owned by LogStore, shared by all its logs. Any thread. Running out of descriptors aborts the .NET runtime, so the budget
/// is held hard: when every open file is in use, opening one more is a <see cref="DiskFault.TooManyOpenFiles"/>. Using an
/// open file costs two interlocked operations; the lock is for opening and closing only. Which file to close is chosen by
/// second chance (a clock over the open files), which comes close to least recently used.
/// </remarks>
public sealed class SegmentHandles
{
    private readonly Lock _gate = new();
    private readonly List<SegmentFile> _open = [];
    private int _hand;

    /// <summary>Makes a budget.</summary>
    /// <param name="disk">What opens the files.</param>
    /// <param name="limit">The most files open at once, at least 8.</param>
    public SegmentHandles(IDisk disk, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 8);
        Disk = disk;
        Limit = limit;
    }

    public int Limit { get; }

    /// <summary>How many segment files are open now.</summary>
    public int OpenCount
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    internal IDisk Disk { get; }

    /// <summary>The budget for a process that may open <paramref name="openFilesMax"/> files: it leaves 500 and half of
    /// the rest to sockets and all else.</summary>
    public static int DefaultLimit(int openFilesMax) => Math.Max(64, (openFilesMax - 500) / 2);

    /// <summary>Opens <paramref name="file"/> if it is closed and counts the caller among its users.</summary>
    internal IDiskFile Open(SegmentFile file)
    {
        lock (_gate)
        {
            if (file.TryEnter() is { } open) return open;
            if (_open.Count >= Limit) CloseOne(file.Path);
            file.OpenOnce(Disk);
            file.HandleIndex = _open.Count;
            _open.Add(file);
            return file.EnterFirst();
        }
    }

    /// <summary>Closes <paramref name="file"/> unless it is in use or closed.</summary>
    internal void Close(SegmentFile file)
    {
        lock (_gate)
        {
            if (file.TryClose()) Forget(file);
        }
    }

    /// <summary>Takes a closed file off the list; called within <see cref="WhileNoneOpens"/>.</summary>
    internal void Forget(SegmentFile file) => Remove(file.HandleIndex);

    /// <summary>Runs <paramref name="change"/> while no file is opened or closed.</summary>
    internal void WhileNoneOpens(Action change)
    {
        lock (_gate) change();
    }

    private void CloseOne(string wanted)
    {
        for (int step = 0; step < 2 * _open.Count; step++)
        {
            if (_hand >= _open.Count) _hand = 0;
            SegmentFile candidate = _open[_hand];
            if (candidate.TakeUsedMark() || !candidate.TryClose()) _hand++;
            else
            {
                Remove(_hand);
                return;
            }
        }

        throw new DiskException(
            DiskFault.TooManyOpenFiles, "open", wanted, $"All {Limit} segment files of the budget are in use.");
    }

    private void Remove(int index)
    {
        SegmentFile last = _open[^1];
        _open[index] = last;
        last.HandleIndex = index;
        _open.RemoveAt(_open.Count - 1);
    }
}
