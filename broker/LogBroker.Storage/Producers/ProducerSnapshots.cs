using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Producers;

/// <summary>The <c>.snapshot</c> files of a log, named by the offset whose state they hold.</summary>
/// <remarks>Owned by its log, used under the log's lock. One is kept at the base offset of every segment, to start again from
/// after truncation, and the latest besides.</remarks>
internal sealed class ProducerSnapshots(IDisk disk)
{
    private readonly SortedSet<long> _offsets = [];

    /// <summary>Notes that a snapshot at <paramref name="offset"/> was found.</summary>
    public void Found(Offset offset) => _offsets.Add(offset.Value);

    /// <summary>Writes the state; its content is in the file but not synced.</summary>
    /// <returns>The file's path.</returns>
    public string Write(string directory, ProducerStates states)
    {
        string path = PathOf(directory, states.EndOffset.Value);
        byte[] content = ProducerSnapshot.Format([.. states.Producers]);
        using IDiskFile file = disk.Open(path, FileOpening.OrCreate);
        file.SetLength(content.Length);
        file.Write(content, 0);
        _offsets.Add(states.EndOffset.Value);
        return path;
    }

    /// <summary>Makes a snapshot's content durable.</summary>
    public void Sync(string path)
    {
        using IDiskFile file = disk.Open(path, FileOpening.Existing);
        file.SyncData();
    }

    /// <summary>Loads the latest intact snapshot not above <paramref name="limit"/> into <paramref name="states"/>.</summary>
    /// <returns>The offset it is of; null when there is none.</returns>
    public Offset? Load(string directory, ProducerStates states, Offset limit)
    {
        foreach (long offset in _offsets.Reverse().ToArray())
        {
            if (offset > limit.Value) continue;
            if (disk.ReadAll(PathOf(directory, offset)) is { } content
                && ProducerSnapshot.TryParse(content, out List<ProducerState> producers))
            {
                states.Clear(new Offset(offset));
                foreach (ProducerState producer in producers) states.Restore(producer);
                return new Offset(offset);
            }

            Delete(directory, offset);
        }

        return null;
    }

    /// <summary>Deletes the snapshots that no segment and no checkpoint needs.</summary>
    /// <param name="directory">The log's.</param>
    /// <param name="segments">The log's.</param>
    /// <param name="recoveryPoint">Recovery starts from the latest snapshot that is not above it.</param>
    public void DeleteStray(string directory, LogSegment[] segments, Offset recoveryPoint)
    {
        HashSet<long> needed = [.. segments.Select(segment => segment.BaseOffset.Value)];
        needed.Add(_offsets.LastOrDefault(offset => offset <= recoveryPoint.Value));
        foreach (long offset in _offsets.ToArray())
        {
            if (offset != _offsets.Max && !needed.Contains(offset)) Delete(directory, offset);
        }
    }

    /// <summary>Deletes the snapshots above <paramref name="end"/>, whose records are gone.</summary>
    public void DeleteAbove(string directory, Offset end)
    {
        foreach (long offset in _offsets.ToArray())
        {
            if (offset > end.Value) Delete(directory, offset);
        }
    }

    public void DeleteAll(string directory) => DeleteAbove(directory, Offset.None);

    private void Delete(string directory, long offset)
    {
        disk.DeleteFile(PathOf(directory, offset));
        _offsets.Remove(offset);
    }

    private static string PathOf(string directory, long offset) =>
        Path.Combine(directory, SegmentFileNames.Of(new Offset(offset), SegmentFileNames.ProducerSnapshot));
}
