using LogBroker.Client.Consuming.Fetching;
using LogBroker.Client.Consuming.Offsets;
using LogBroker.Protocol;

namespace LogBroker.Client.Consuming.Partitions;

/// <summary>Where the consumer's background and whoever reads meet: chunks go in as they are fetched and come out by partitions in
/// turn.</summary>
/// <remarks>
/// The actor puts in, calls back and takes away; one reader takes out. Everything is done under one short lock, once for a chunk,
/// never for a record. A reader holds partitions through cursors; a partition that is revoked, paused or sought elsewhere is marked, and
/// its cursor comes back with the reader's next step (<see cref="GiveBack"/>).
/// </remarks>
internal sealed class Delivery
{
    private readonly Lock _lock = new();
    private readonly LinkedList<AssignedPartition> _line = new();
    private TaskCompletionSource? _wake;
    private readonly List<Exception> _failures = [];
    private bool _isClosed;
    private bool _isWoken;
    private long _taken;

    /// <summary>Called, on the reader's thread, when a chunk was taken or let go, and when it begins to wait: what it waits for may lack the
    /// room that others' chunks have.</summary>
    public Action? Moved { get; set; }

    /// <summary>Called, on the reader's thread, when what was fetched of a partition turned out to be damaged and was let go: it is to be fetched
    /// again from the offset, if its version is still the one given.</summary>
    public Action<AssignedPartition, int, long>? Damaged { get; set; }

    /// <summary>Chunks taken so far: moves when a reader does.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Whether a reader waits for records.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_lock) return _wake is not null;
        }
    }

    /// <summary>Puts in what was fetched; a chunk that is of no use any more is let go.</summary>
    public void Put(FetchedChunk chunk)
    {
        var partition = chunk.Partition;
        lock (_lock)
        {
            if (!_isClosed && !partition.IsRevoked && partition.Version == chunk.Version)
            {
                partition.Chunks.AddLast(chunk);
                partition.BufferedBytes += chunk.SizeInBytes;
                LineUp(partition);
                return;
            }
        }
        chunk.Release();
    }

    /// <summary>Gives the next chunk in line to a cursor.</summary>
    /// <returns>False when there is nothing to read, or the consumer is closed: see <see cref="ThrowIfFailed"/>.</returns>
    public bool TryTake(PartitionCursor cursor)
    {
        lock (_lock)
        {
            if (_failures.Count > 0) return false;
            if (_line.First?.Value is not { } partition) return false;
            _line.RemoveFirst();
            partition.IsInLine = false;
            var chunk = partition.Chunks.First!.Value;
            partition.Chunks.RemoveFirst();
            partition.Holder = cursor;
            _taken++;
            cursor.Open(chunk, partition.Position);
        }
        Moved?.Invoke();
        return true;
    }

    /// <summary>Takes a cursor back: what is left of its chunk is read later, unless it is of no use any more.</summary>
    /// <param name="cursor">One that holds a chunk.</param>
    public void GiveBack(PartitionCursor cursor)
    {
        var partition = cursor.Partition!;
        bool isDropped;
        bool isDamaged;
        int version;
        var dropped = new List<FetchedChunk>();
        FetchedChunk chunk;
        lock (_lock)
        {
            bool isCurrent = cursor.Chunk!.Version == partition.Version;
            bool isFinished = cursor.IsFinished;
            isDamaged = isCurrent && cursor.IsDamaged;
            if (isCurrent) Remember(partition, cursor);
            chunk = cursor.Close();
            partition.Holder = null;
            partition.Released?.TrySetResult();
            partition.Released = null;
            isDropped = isFinished || isDamaged || !isCurrent || partition.IsRevoked || _isClosed;
            if (isDropped) partition.BufferedBytes -= chunk.SizeInBytes;
            else partition.Chunks.AddFirst(chunk);
            if (isDamaged)
            {
                Drop(partition, dropped);
                partition.Version++; // What is under way begins behind the damage: read next, it would pass over it.
            }
            version = partition.Version;
            LineUp(partition);
        }
        if (isDropped) chunk.Release();
        foreach (var later in dropped) later.Release();
        if (isDamaged) Damaged?.Invoke(partition, version, cursor.Position);
        Moved?.Invoke();
    }

    /// <summary>Waits until there may be something to read, or a cursor is called back.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        Task woken;
        lock (_lock)
        {
            bool isWoken = _isWoken;
            _isWoken = false;
            if (isWoken || _line.Count > 0 || _failures.Count > 0 || _isClosed) return Task.CompletedTask;
            _wake ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            woken = _wake.Task;
        }
        Moved?.Invoke();
        return woken.WaitAsync(cancellationToken);
    }

    /// <summary>Has the reader look again.</summary>
    public void Wake()
    {
        lock (_lock) WakeReader();
    }

    /// <summary>Has the next step of the reader throw. Several are thrown one after the other, each once; one that waits already is not told
    /// again.</summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
        {
            if (!_failures.Any(waiting => waiting.GetType() == failure.GetType() && waiting.Message == failure.Message))
                _failures.Add(failure);
            WakeReader();
        }
    }

    /// <summary>Throws what the background told, once.</summary>
    /// <exception cref="ObjectDisposedException">The consumer was closed.</exception>
    public void ThrowIfFailed()
    {
        Exception? failure;
        lock (_lock)
        {
            failure = _failures.FirstOrDefault();
            if (failure is not null) _failures.RemoveAt(0);
            ObjectDisposedException.ThrowIf(failure is null && _isClosed, typeof(Consumer<,>));
        }
        if (failure is not null) throw failure;
    }

    /// <summary>Takes partitions away from readers; what was fetched of them is let go.</summary>
    /// <returns>Completes when no reader works on them any more.</returns>
    public Task WithdrawAsync(IEnumerable<AssignedPartition> partitions)
    {
        var dropped = new List<FetchedChunk>();
        var releases = new List<Task>();
        lock (_lock)
        {
            foreach (var partition in partitions)
            {
                partition.Revoke();
                Drop(partition, dropped);
                if (partition.Holder is not null) releases.Add((partition.Released ??= NewSource()).Task);
                if (partition.Watermark is { } watermark) releases.Add(watermark.WhenIdleAsync());
            }
            WakeReader();
        }
        foreach (var chunk in dropped) chunk.Release();
        return Task.WhenAll(releases);
    }

    /// <summary>Sets where a partition is read from; what was fetched of it is let go, and so is a failure to find its position.</summary>
    public void Reposition(AssignedPartition partition, long offset, LeaderEpoch epoch)
    {
        var dropped = new List<FetchedChunk>();
        lock (_lock)
        {
            partition.Version++;
            partition.CallBack();
            Drop(partition, dropped);
            _failures.RemoveAll(failure => failure is OffsetOutOfRangeException lost && lost.TopicPartition == partition.TopicPartition);
            partition.Position = offset;
            partition.Done = offset;
            partition.PositionEpoch = epoch;
            partition.Watermark?.Restart(offset);
            WakeReader();
        }
        foreach (var chunk in dropped) chunk.Release();
    }

    /// <summary>Lets go of what was fetched of a partition and not taken up; it is to be fetched again.</summary>
    /// <returns>Where from; null when there was nothing.</returns>
    public long? Evict(AssignedPartition partition)
    {
        var dropped = new List<FetchedChunk>();
        lock (_lock) Drop(partition, dropped);
        if (dropped.Count == 0) return null;
        foreach (var chunk in dropped) chunk.Release();
        return dropped[0].Offset;
    }

    public void SetPaused(AssignedPartition partition, bool isPaused)
    {
        lock (_lock)
        {
            partition.SetPaused(isPaused);
            if (isPaused) LeaveLine(partition);
            else LineUp(partition);
            WakeReader();
        }
    }

    /// <summary>Where a partition's reader is: the offset behind the last record handed out, the one behind the last that is done, and the
    /// epoch before them; -1 when it is not known yet.</summary>
    public (long Position, long Done, LeaderEpoch Epoch) PlaceOf(AssignedPartition partition)
    {
        lock (_lock)
        {
            if (partition.Holder is { } cursor && cursor.Chunk?.Version == partition.Version)
                return (cursor.Position, partition.Watermark?.Committable ?? cursor.Done, cursor.Epoch);
            return (partition.Position, partition.Watermark?.Committable ?? partition.Done, partition.PositionEpoch);
        }
    }

    /// <summary>Has handlers work on a partition out of order.</summary>
    public CommitWatermark WatermarkOf(AssignedPartition partition)
    {
        lock (_lock) return partition.Watermark ??= new CommitWatermark(partition.Position);
    }

    /// <summary>Ends that: the partition is read on, in order, from the first record that is not done.</summary>
    /// <returns>Where that is; null when nothing was read since.</returns>
    public long? EndWatermark(AssignedPartition partition)
    {
        lock (_lock)
        {
            if (partition.Watermark is not { } watermark) return null;
            partition.Watermark = null;
            partition.Done = watermark.Committable;
            return partition.Done < partition.Position ? partition.Done : null;
        }
    }

    public long BufferedBytes(AssignedPartition partition)
    {
        lock (_lock) return partition.BufferedBytes;
    }

    /// <summary>Ends all reading.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            WakeReader();
        }
    }

    private static void Remember(AssignedPartition partition, PartitionCursor cursor)
    {
        partition.Position = cursor.Position;
        partition.Done = cursor.Done;
        partition.PositionEpoch = cursor.Epoch;
        if (cursor.IsFinished) partition.Watermark?.Pass(cursor.Position);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void LineUp(AssignedPartition partition)
    {
        if (partition.IsInLine || partition.Chunks.Count == 0 || partition.Holder is not null) return;
        if (partition.IsPaused || partition.IsRevoked) return;
        partition.IsInLine = true;
        _line.AddLast(partition);
        WakeReader();
    }

    private void LeaveLine(AssignedPartition partition)
    {
        if (!partition.IsInLine) return;
        partition.IsInLine = false;
        _line.Remove(partition);
    }

    private void Drop(AssignedPartition partition, List<FetchedChunk> dropped)
    {
        LeaveLine(partition);
        foreach (var chunk in partition.Chunks) partition.BufferedBytes -= chunk.SizeInBytes;
        dropped.AddRange(partition.Chunks);
        partition.Chunks.Clear();
    }

    private void WakeReader()
    {
        _isWoken = _wake is null; // A call that comes before the wait must not be lost.
        _wake?.TrySetResult();
        _wake = null;
    }
}
