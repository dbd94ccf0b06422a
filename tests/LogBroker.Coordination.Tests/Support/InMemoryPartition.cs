using LogBroker.Coordination.Runtime;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;

namespace LogBroker.Coordination.Tests.Support;

/// <summary>A partition whose disk does what the test says: commits at once, later, or never.</summary>
internal sealed class InMemoryPartition : IPartitionWriter
{
    private readonly List<byte[]> _batches = [];
    private readonly List<(Offset End, TaskCompletionSource<ErrorCode> Done)> _waiting = [];

    /// <summary>Whether what is appended is committed at once.</summary>
    public bool CommitsAtOnce { get; set; } = true;

    /// <summary>What the next append fails with.</summary>
    public ErrorCode NextAppendError { get; set; }

    /// <summary>Whether reading fails.</summary>
    public bool IsUnreadable { get; set; }

    public int BatchBytesMax { get; init; } = 1024 * 1024;

    public Offset LogStartOffset => Offset.Zero;

    public Offset LogEndOffset { get; private set; }

    public Offset CommittedEnd { get; private set; }

    public int BatchCount => _batches.Count;

    public PartitionAppend Append(Memory<byte> batch)
    {
        if (NextAppendError != ErrorCode.None)
        {
            ErrorCode error = NextAppendError;
            NextAppendError = ErrorCode.None;
            return new PartitionAppend(error, Offset.None);
        }

        byte[] copy = batch.ToArray();
        RecordBatchView.Stamp(copy, LogEndOffset, new LeaderEpoch(0));
        RecordBatchView.TryRead(copy, out RecordBatchView view);
        _batches.Add(copy);
        LogEndOffset = view.NextOffset;
        if (CommitsAtOnce) Commit();
        return new PartitionAppend(ErrorCode.None, view.NextOffset);
    }

    public Task<ErrorCode> WhenCommittedAsync(Offset end)
    {
        if (CommittedEnd >= end) return Task.FromResult(ErrorCode.None);
        var done = new TaskCompletionSource<ErrorCode>();
        _waiting.Add((end, done));
        return done.Task;
    }

    public int Read(Offset from, ref byte[] buffer)
    {
        if (IsUnreadable) throw new IOException("The disk does not answer.");
        foreach (byte[] batch in _batches)
        {
            RecordBatchView.TryRead(batch, out RecordBatchView view);
            if (view.NextOffset <= from) continue;
            if (view.NextOffset > CommittedEnd) return 0;
            if (buffer.Length < batch.Length) buffer = new byte[batch.Length];
            batch.CopyTo(buffer, 0);
            return batch.Length;
        }

        return 0;
    }

    /// <summary>How many records of a type (<see cref="CoordinatorRecordCodec"/>) without a value there are.</summary>
    public int CountTombstones(short type)
    {
        int found = 0;
        foreach (byte[] batch in _batches)
        {
            RecordBatchView.TryRead(batch, out RecordBatchView view);
            foreach (RecordView record in new RecordEnumerator(view.Payload, view.RecordCount))
            {
                if (record.NullableValue.IsNull && CoordinatorRecordCodec.TryReadType(record.Key, out short its) && its == type)
                    found++;
            }
        }

        return found;
    }

    /// <summary>Commits all that was appended.</summary>
    public void Commit()
    {
        CommittedEnd = LogEndOffset;
        EndWaits(ErrorCode.None);
    }

    /// <summary>Fails all who wait, and drops what was not committed.</summary>
    public void Lose(ErrorCode error)
    {
        Crash();
        EndWaits(error);
    }

    /// <summary>What the process wrote and did not commit is gone, and so is everyone who waits.</summary>
    public void Crash()
    {
        _batches.RemoveAll(batch =>
        {
            RecordBatchView.TryRead(batch, out RecordBatchView view);
            return view.NextOffset > CommittedEnd;
        });
        LogEndOffset = CommittedEnd;
    }

    /// <summary>A new process's view of what is left.</summary>
    public InMemoryPartition Restarted()
    {
        Crash();
        var next = new InMemoryPartition
        {
            CommitsAtOnce = CommitsAtOnce,
            IsUnreadable = IsUnreadable,
            LogEndOffset = LogEndOffset,
            CommittedEnd = CommittedEnd,
        };
        next._batches.AddRange(_batches);
        return next;
    }

    private void EndWaits(ErrorCode error)
    {
        foreach (var (end, done) in _waiting.ToArray())
        {
            if (error == ErrorCode.None && end > CommittedEnd) continue;
            _waiting.Remove((end, done));
            done.TrySetResult(error);
        }
    }
}
