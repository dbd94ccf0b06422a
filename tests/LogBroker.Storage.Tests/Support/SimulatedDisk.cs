using System.Collections.Immutable;
using LogBroker.Storage.Disk;

namespace LogBroker.Storage.Tests.Support;

/// <summary>A file system in memory that loses what was not synced when the power is cut, and fails when it is told to.
/// </summary>
/// <remarks>Content and names become durable separately, as on Linux. One thread.</remarks>
internal sealed class SimulatedDisk : IDisk
{
    private readonly Dictionary<string, SimulatedInode> _current = [];
    private readonly Dictionary<string, SimulatedInode> _durable = [];
    private readonly HashSet<string> _directories = ["/"];
    private readonly HashSet<string> _locks = [];
    private readonly List<NameChange> _pending = [];

    /// <summary>Asked before every operation: the fault it is to fail with, or null.</summary>
    public Func<DiskOperation, string, DiskFault?> Faults { get; set; } = (_, _) => null;

    /// <summary>Told of every read: the path and how many bytes.</summary>
    public Action<string, int> ReadObserver { get; set; } = (_, _) => { };

    /// <summary>How many bytes all files may hold together.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public long UsedBytes => _current.Values.Distinct().Sum(inode => inode.Length);

    public int OpenFilesMax { get; set; } = 2000;

    public int OpenCount { get; private set; }

    public int SyncCount { get; private set; }

    /// <summary>Counted up by a power cut: handles from before are void.</summary>
    public int Boot { get; private set; }

    public IDiskFile Open(string path, FileOpening opening)
    {
        Fail(DiskOperation.Open, path);
        if (!_current.TryGetValue(path, out SimulatedInode? inode))
        {
            if (opening != FileOpening.OrCreate) throw Fault(DiskFault.NotFound, path);
            inode = new SimulatedInode(this);
            Change(path, inode);
        }

        OpenCount++;
        return new SimulatedFile(this, path, inode, () => OpenCount--);
    }

    public bool FileExists(string path) => _current.ContainsKey(path);

    public bool DirectoryExists(string path) => _directories.Contains(path);

    public ImmutableArray<DiskEntry> List(string directory)
    {
        Fail(DiskOperation.List, directory);
        string prefix = directory + "/";
        IEnumerable<DiskEntry> files = _current
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal) && !entry.Key[prefix.Length..].Contains('/', StringComparison.Ordinal))
            .Select(entry => new DiskEntry(entry.Key[prefix.Length..], false, entry.Value.Length, DateTimeOffset.UnixEpoch));
        IEnumerable<DiskEntry> directories = _directories
            .Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && !path[prefix.Length..].Contains('/', StringComparison.Ordinal))
            .Select(path => new DiskEntry(path[prefix.Length..], true, 0, DateTimeOffset.UnixEpoch));
        return [.. files.Concat(directories).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    public void CreateDirectory(string path)
    {
        Fail(DiskOperation.CreateDirectory, path);
        for (string? at = path; at is { Length: > 1 }; at = Path.GetDirectoryName(at)) _directories.Add(at);
    }

    public void Rename(string source, string target)
    {
        Fail(DiskOperation.Rename, source);
        if (_directories.Remove(source))
        {
            // Names of directories are durable at once here: the tests are about what is in them.
            _directories.Add(target);
            Move(_current, source, target);
            Move(_durable, source, target);
            for (int index = 0; index < _pending.Count; index++)
            {
                NameChange change = _pending[index];
                if (change.Path.StartsWith(source + "/", StringComparison.Ordinal))
                    _pending[index] = change with { Path = target + change.Path[source.Length..] };
            }

            return;
        }

        SimulatedInode inode = _current.GetValueOrDefault(source) ?? throw Fault(DiskFault.NotFound, source);
        Change(target, inode, alsoRemove: source);
    }

    public void DeleteFile(string path)
    {
        Fail(DiskOperation.Delete, path);
        if (_current.ContainsKey(path)) Change(path, null);
    }

    public void DeleteDirectory(string path)
    {
        foreach (string file in _current.Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
            DeleteFile(file);
        _directories.Remove(path);
    }

    public void SyncDirectory(string path)
    {
        Fail(DiskOperation.SyncDirectory, path);
        Commit(change => Path.GetDirectoryName(change.Path) == path);
    }

    public IDiskVolume OpenVolume(string directory) => new Volume(this);

    public IDisposable? TryLock(string path) => _locks.Add(path) ? new Lock(_locks, path) : null;

    /// <summary>Cuts the power: of what was not synced some is kept and some is not, as chance has it.</summary>
    public void CutPower(Random random)
    {
        Boot++;
        _locks.Clear();
        OpenCount = 0;
        // The journal keeps name changes in order, up to some point.
        int kept = random.Next(_pending.Count + 1);
        foreach (NameChange change in _pending.Take(kept)) Apply(_durable, change);
        _pending.Clear();
        _current.Clear();
        foreach ((string path, SimulatedInode inode) in _durable) _current[path] = inode;
        foreach (SimulatedInode inode in _current.Values.Distinct()) inode.Lose(random);
    }

    /// <summary>Changes a byte of a file behind everybody's back.</summary>
    public void FlipBit(string path, long position) => _current[path].FlipBit(position);

    /// <summary>Overwrites bytes of a file behind everybody's back.</summary>
    public void Damage(string path, long position, ReadOnlySpan<byte> bytes) => _current[path].Damage(position, bytes);

    internal void Fail(DiskOperation operation, string path)
    {
        if (Faults(operation, path) is { } fault) throw Fault(fault, path);
    }

    internal void CountSync() => SyncCount++;

    internal static DiskException Fault(DiskFault fault, string path) => new(fault, "simulated", path, fault.ToString());

    private void Change(string path, SimulatedInode? inode, string? alsoRemove = null)
    {
        var change = new NameChange(path, inode, alsoRemove);
        Apply(_current, change);
        _pending.Add(change);
    }

    private void Commit(Func<NameChange, bool> isMeant)
    {
        foreach (NameChange change in _pending.Where(isMeant)) Apply(_durable, change);
        _pending.RemoveAll(change => isMeant(change));
    }

    private static void Apply(Dictionary<string, SimulatedInode> names, NameChange change)
    {
        if (change.AlsoRemove is { } removed) names.Remove(removed);
        if (change.Inode is { } inode) names[change.Path] = inode;
        else names.Remove(change.Path);
    }

    private static void Move(Dictionary<string, SimulatedInode> names, string source, string target)
    {
        foreach (string path in names.Keys.Where(path => path.StartsWith(source + "/", StringComparison.Ordinal)).ToArray())
        {
            names[target + path[source.Length..]] = names[path];
            names.Remove(path);
        }
    }

    private sealed record NameChange(string Path, SimulatedInode? Inode, string? AlsoRemove);

    private sealed class Lock(HashSet<string> locks, string path) : IDisposable
    {
        public void Dispose() => locks.Remove(path);
    }

    private sealed class Volume(SimulatedDisk disk) : IDiskVolume
    {
        public DiskSpace Space => new(disk.CapacityBytes, Math.Max(0, disk.CapacityBytes - disk.UsedBytes));

        public void Sync()
        {
            disk.Fail(DiskOperation.SyncVolume, "/");
            foreach (SimulatedInode inode in disk._current.Values) inode.Sync();
            disk.Commit(_ => true);
            disk.CountSync();
        }

        public void Dispose()
        {
            // nothing is held
        }
    }
}

/// <summary>What a fault may be injected into.</summary>
internal enum DiskOperation
{
    Open,
    Read,
    Write,
    SetLength,
    SyncData,
    SyncDirectory,
    SyncVolume,
    Rename,
    Delete,
    List,
    CreateDirectory,
}
