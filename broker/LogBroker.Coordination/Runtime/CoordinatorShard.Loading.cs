using LogBroker.Protocol;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Records;

namespace LogBroker.Coordination.Runtime;

public sealed partial class CoordinatorShard<TState>
{
    private const int ReadBytes = 1024 * 1024;

    /// <summary>Reads the partition from its start and serves when it is through; an empty one at once, any other in the
    /// background. Called again after a failure.</summary>
    public void StartLoading()
    {
        int load;
        lock (_lock)
        {
            if (_status is ShardStatus.Active or ShardStatus.Unloaded) return;
            load = ++_load;
        }

        if (_partition.LogStartOffset >= _partition.LogEndOffset) Load(load);
        else _environment.RunInBackground(() => Load(load));
    }

    private void Load(int load)
    {
        try
        {
            long start = _environment.Time.GetTimestamp();
            TState state = _newState();
            (Offset end, long records) = ReplayAll(state);
            if (!Activate(load, state, end)) return;
            long milliseconds = (long)_environment.Time.GetElapsedTime(start).TotalMilliseconds;
            if (records > 0) Log.Loaded(_environment.Logger, PartitionIndex, records, milliseconds);
        }
        catch (Exception e) when (e is IOException or InvalidRecordException or CorruptCompressionException
            or DecompressedTooLargeException)
        {
            Log.CannotLoad(_environment.Logger, e, PartitionIndex);
            FailLoad(load);
        }
    }

    private bool Activate(int load, TState state, Offset end)
    {
        // What was appended and is not committed yet would come after what was read: it is waited for.
        if (end < _partition.LogEndOffset)
        {
            RetryLater(load);
            return false;
        }

        lock (_lock)
        {
            if (load != _load) return false;
            _state = state;
            _appendedEnd = end;
            _failedLoads = 0;
            _status = ShardStatus.Active;
        }

        _ = RunAsync((loaded, now) => loaded.OnLoaded(now) with { Response = Nothing.Instance });
        return true;
    }

    private void RetryLater(int load)
    {
        lock (_lock)
        {
            if (load == _load) SetTimer(_clock.Now + RetryLoadAfter);
        }
    }

    /// <summary>What cannot be read is not "loading" for ever: it is tried again, ever more seldom.</summary>
    private void FailLoad(int load)
    {
        lock (_lock)
        {
            if (load != _load) return;
            _status = ShardStatus.Failed;
            SetTimer(_clock.Now + RetryLoadAfter * (1 << _failedLoads));
            if (_failedLoads < FailedLoadsMax) _failedLoads++;
        }
    }

    private (Offset End, long Records) ReplayAll(TState state)
    {
        Offset next = _partition.LogStartOffset;
        long records = 0;
        byte[] buffer = new byte[ReadBytes];
        using var plain = new PooledBufferWriter();
        while (_partition.Read(next, ref buffer) is var length and > 0)
        {
            Offset before = next;
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, length);
            while (RecordBatchView.TryRead(rest, out RecordBatchView batch))
            {
                rest = rest[batch.SizeInBytes..];
                if (batch.NextOffset <= next) continue;
                records += Replay(state, batch, plain);
                next = batch.NextOffset;
            }

            if (next == before) throw new IOException($"There is no whole batch at {next}.");
        }

        return (next, records);
    }

    private int Replay(TState state, RecordBatchView batch, PooledBufferWriter plain)
    {
        if (batch.IsControl) return 0;
        ReadOnlySpan<byte> payload = batch.Payload;
        if (batch.Compression != CompressionType.None)
        {
            plain.Clear();
            ICompressionCodec codec = _environment.CodecOf(batch.Compression)
                ?? throw new CorruptCompressionException(batch.Compression, "there is no such codec");
            codec.Decompress(payload, plain, int.MaxValue);
            payload = plain.WrittenSpan;
        }

        foreach (RecordView record in new RecordEnumerator(payload, batch.RecordCount))
        {
            if (!TryReplay(state, record, out short type))
                Log.Skipped(_environment.Logger, PartitionIndex, batch.OffsetOf(record), type);
        }

        return batch.RecordCount;
    }

    private bool TryReplay(TState state, in RecordView record, out short type)
    {
        if (!CoordinatorRecordCodec.TryReadType(record.Key, out type)) return false;
        ReadOnlySpan<byte> key = record.Key[sizeof(short)..];
        try
        {
            if (state.TryReplay(type, key, record.NullableValue)) return true;
            if (_codec.TryRead(type, key, record.NullableValue) is not { } decoded) return false;
            state.Replay(decoded);
            return true;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }
}
