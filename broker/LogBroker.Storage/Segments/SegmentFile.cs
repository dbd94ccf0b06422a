using LogBroker.Storage.Disk;

namespace LogBroker.Storage.Segments;

/// <summary>A file of a segment: opened when used, closed when the budget wants the descriptor back, deleted safely under
/// readers.</summary>
/// <remarks>
/// Owned by its segment. Any thread may read; writes, renames and truncation are the log's one writer's. A file in use, or
/// pinned by <see cref="Acquire"/>, is not closed. Before a file with unsynced content is closed it is synced, because the
/// error of a later write-back could go unreported; when that sync fails the next <see cref="SyncData"/> fails too.
/// </remarks>
internal sealed class SegmentFile : IDisposable
{
    private const int Closed = -1;

    private readonly SegmentHandles _handles;
    private volatile string _path;
    private FileOpening _opening;
    private IDiskFile? _file;
    private int _users = Closed;
    private bool _wasUsed;
    private volatile bool _isDirty;
    private volatile bool _isRetired;
    private volatile DiskException? _syncFault;

    public SegmentFile(SegmentHandles handles, string path, FileOpening opening)
    {
        _handles = handles;
        _path = path;
        _opening = opening;
    }

    public string Path => _path;

    public bool IsDirty => _isDirty;

    /// <summary>Where the handles keep this file while it is open.</summary>
    internal int HandleIndex { get; set; }

    public long Length
    {
        get
        {
            IDiskFile file = Acquire();
            try
            {
                return file.Length;
            }
            finally
            {
                Release();
            }
        }
    }

    /// <summary>Opens the file if need be and keeps it open until <see cref="Release"/>.</summary>
    public IDiskFile Acquire() => TryEnter() ?? _handles.Open(this);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0 && _isRetired) _handles.Close(this);
    }

    public int Read(Span<byte> target, long position)
    {
        IDiskFile file = Acquire();
        try
        {
            return file.Read(target, position);
        }
        finally
        {
            Release();
        }
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        IDiskFile file = Acquire();
        try
        {
            _isDirty = true;
            file.Write(source, position);
        }
        finally
        {
            Release();
        }
    }

    public void SetLength(long length)
    {
        IDiskFile file = Acquire();
        try
        {
            _isDirty = true;
            file.SetLength(length);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Makes what was written before the call durable; does nothing when nothing was.</summary>
    /// <exception cref="DiskException">It is not durable, and syncing again cannot make it so.</exception>
    public void SyncData()
    {
        if (_syncFault is { } earlier)
        {
            _syncFault = null;
            throw earlier;
        }

        if (!_isDirty) return;
        IDiskFile file = Acquire();
        try
        {
            // Cleared first: a write that comes in between marks the file again.
            _isDirty = false;
            file.SyncData();
        }
        catch (DiskException)
        {
            _isDirty = true;
            throw;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Takes back that a sync failed: the content since the last good one was written again.</summary>
    public void ForgetSyncFault() => _syncFault = null;

    /// <summary>Has the next sync really sync: what is in the file was written by another process.</summary>
    public void MarkDirty() => _isDirty = true;

    public void DropCache()
    {
        IDiskFile file = Acquire();
        try
        {
            file.DropCache();
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Gives the file another name; those who have it open keep it.</summary>
    public void Rename(string path) => _handles.WhileNoneOpens(() =>
    {
        if (_opening != FileOpening.OrCreate || _handles.Disk.FileExists(_path)) _handles.Disk.Rename(_path, path);
        _path = path;
    });

    /// <summary>Follows a rename of the directory.</summary>
    public void MoveTo(string directory) => _handles.WhileNoneOpens(
        () => _path = System.IO.Path.Combine(directory, System.IO.Path.GetFileName(_path)));

    /// <summary>Deletes the file, which nobody uses; the next write makes it anew.</summary>
    public void Clear() => _handles.WhileNoneOpens(() =>
    {
        _isDirty = false;
        if (TryClose()) _handles.Forget(this);
        _handles.Disk.DeleteFile(_path);
        _opening = FileOpening.OrCreate;
    });

    /// <summary>Deletes the file. Those who have it open go on reading; nobody may open it any more.</summary>
    public void Delete()
    {
        _isDirty = false;
        Dispose();
        _handles.Disk.DeleteFile(_path);
    }

    /// <summary>Closes the file as soon as nobody uses it.</summary>
    public void Dispose()
    {
        _isRetired = true;
        _handles.Close(this);
    }

    internal IDiskFile? TryEnter()
    {
        while (true)
        {
            int users = Volatile.Read(ref _users);
            if (users < 0) return null;
            if (Interlocked.CompareExchange(ref _users, users + 1, users) != users) continue;
            _wasUsed = true;
            return _file;
        }
    }

    /// <summary>Called under the handles' lock.</summary>
    internal void OpenOnce(IDisk disk)
    {
        try
        {
            _file = disk.Open(_path, _opening);
        }
        catch (DiskException fault) when (fault.Fault is DiskFault.ReadOnly or DiskFault.AccessDenied)
        {
            // What cannot be written may still be read.
            _file = disk.Open(_path, FileOpening.ReadOnly);
        }

        _opening = FileOpening.Existing;
    }

    internal IDiskFile EnterFirst()
    {
        IDiskFile file = _file!;
        _wasUsed = true;
        Volatile.Write(ref _users, 1);
        return file;
    }

    /// <summary>Whether the file was used since this was last asked.</summary>
    internal bool TakeUsedMark()
    {
        bool wasUsed = _wasUsed;
        _wasUsed = false;
        return wasUsed;
    }

    /// <summary>Called under the handles' lock.</summary>
    internal bool TryClose()
    {
        if (Interlocked.CompareExchange(ref _users, Closed, 0) != 0) return false;
        IDiskFile file = _file!;
        _file = null;
        if (_isDirty) SyncBeforeClosing(file);
        file.Dispose();
        return true;
    }

    private void SyncBeforeClosing(IDiskFile file)
    {
        try
        {
            file.SyncData();
            _isDirty = false;
        }
        catch (DiskException fault)
        {
            _syncFault = fault;
        }
    }
}
