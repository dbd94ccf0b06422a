using System.Globalization;
using LogBroker.Protocol;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Recovery;

namespace LogBroker.Storage.Logs;

/// <summary>At which offset each leader epoch began: the <c>leader-epoch-checkpoint</c> file (KIP-101, KIP-279).</summary>
/// <remarks>Owned by its log. One writer under the log's lock, many readers. In memory first: the file is written with
/// <see cref="Save"/>, before the recovery point passes a new entry, and recovery adds what the batches behind that point
/// say.</remarks>
internal sealed class LeaderEpochs(IDisk disk)
{
    public const string FileName = "leader-epoch-checkpoint";

    private EpochStart[] _starts = [];
    private bool _isSaved = true;

    /// <summary>The epoch of the last batch; None when there is none.</summary>
    public LeaderEpoch Latest => Volatile.Read(ref _starts) is [.., { } last] ? last.Epoch : LeaderEpoch.None;

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<EpochStart> Starts => Volatile.Read(ref _starts);

    /// <summary>Reads the file; without one, or a damaged one, there are no entries.</summary>
    public void Load(string directory)
    {
        if (disk.ReadAll(Path.Combine(directory, FileName)) is not { } content) return;
        if (!CheckpointText.TryParse(content, out string[] entries)) return;
        var starts = new List<EpochStart>(entries.Length);
        foreach (string entry in entries)
        {
            string[] fields = entry.Split(' ');
            if (fields.Length == 2
                && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch)
                && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out long start))
                starts.Add(new EpochStart(new LeaderEpoch(epoch), new Offset(start)));
        }

        Volatile.Write(ref _starts, [.. starts]);
    }

    /// <summary>Notes that a batch of <paramref name="epoch"/> is at <paramref name="offset"/>.</summary>
    public void Assign(LeaderEpoch epoch, Offset offset)
    {
        EpochStart[] starts = _starts;
        if (epoch.Value < 0 || (starts.Length > 0 && epoch <= starts[^1].Epoch)) return;
        // An epoch whose first batch is below others' starts takes their place: they were truncated.
        Publish([.. starts.Where(start => start.Offset < offset), new EpochStart(epoch, offset)]);
    }

    /// <summary>Forgets the epochs that begin at or after <paramref name="end"/>.</summary>
    public void TruncateFromEnd(Offset end)
    {
        if (_starts.Length == 0 || _starts[^1].Offset < end) return;
        Publish([.. _starts.Where(start => start.Offset < end)]);
    }

    /// <summary>Forgets the epochs that end at or before <paramref name="start"/>; the one it lies in begins
    /// there.</summary>
    public void TruncateFromStart(Offset start)
    {
        EpochStart[] starts = _starts;
        int first = Array.FindLastIndex(starts, entry => entry.Offset <= start);
        if (first < 0 || starts[first].Offset == start) return;
        EpochStart[] kept = starts[first..];
        kept[0] = kept[0] with { Offset = start };
        Publish(kept);
    }

    public void Clear() => Publish([]);

    /// <summary>Where the records of the largest epoch not above <paramref name="epoch"/> end.</summary>
    public EpochEnd EndOf(LeaderEpoch epoch, Offset logEnd)
    {
        EpochStart[] starts = Volatile.Read(ref _starts);
        if (epoch.Value < 0 || starts.Length == 0 || epoch > starts[^1].Epoch) return EpochEnd.Unknown;
        if (epoch == starts[^1].Epoch) return new EpochEnd(epoch, logEnd);
        int above = Array.FindIndex(starts, start => start.Epoch > epoch);
        // Older than all that is known: it ends where the first known one begins.
        return above == 0
            ? new EpochEnd(epoch, starts[0].Offset)
            : new EpochEnd(starts[above - 1].Epoch, starts[above].Offset);
    }

    /// <summary>The epoch of the record at <paramref name="offset"/>; None when it is not known.</summary>
    public LeaderEpoch EpochOf(Offset offset)
    {
        EpochStart[] starts = Volatile.Read(ref _starts);
        int found = Array.FindLastIndex(starts, start => start.Offset <= offset);
        return found < 0 ? LeaderEpoch.None : starts[found].Epoch;
    }

    /// <summary>Writes the file if it does not say what is in memory; durable on return.</summary>
    public void Save(string directory)
    {
        if (_isSaved) return;
        EpochStart[] starts = Volatile.Read(ref _starts);
        _isSaved = true;
        try
        {
            disk.Replace(
                Path.Combine(directory, FileName),
                CheckpointText.Format([.. starts.Select(start => $"{start.Epoch} {start.Offset}")]));
        }
        catch (DiskException)
        {
            _isSaved = false;
            throw;
        }
    }

    private void Publish(EpochStart[] starts)
    {
        Volatile.Write(ref _starts, starts);
        _isSaved = false;
    }
}

/// <summary>Where a leader epoch began.</summary>
internal readonly record struct EpochStart(LeaderEpoch Epoch, Offset Offset);
