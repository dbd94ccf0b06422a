using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Producers;

/// <summary>A random history of several producers of one log: batches that are due, repeated, out of sequence, of other epochs,
/// in transactions and out of them; kills, power cuts, clean restarts, and clock jumps. Every answer and, after each step, all
/// that is known must be what <see cref="ModelProducer"/> works out from the batches in the log.</summary>
internal sealed class ProducerHistory : IDisposable
{
    private static readonly TimeSpan Expiration = TimeSpan.FromDays(1);

    private readonly Random _random;
    private readonly SimulatedDisk _disk = new();
    private readonly StoreFixture _store;
    private readonly List<ModelBatch> _log = [];
    private readonly HashSet<long> _forgotten = [];
    private long _newest = 3;

    public ProducerHistory(int seed)
    {
        _random = new Random(seed);
        _store = new StoreFixture(_disk, new LogOptions { SegmentBytes = _random.Next(500, 3000), RetentionTime = null });
        _ = _store.Log;
        _store.Flush();
    }

    /// <summary>What was done.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>How many batches were known for repetitions.</summary>
    public int Repetitions { get; private set; }

    public void Step()
    {
        switch (_random.Next(100))
        {
            case < 70: Append(); break;
            case < 80: EndTransaction(); break;
            case < 85: Note("flush", _store.Flush); break;
            case < 88: Note("checkpoint", _store.Store.WriteCheckpoints); break;
            case < 91: Note("kill", _store.Crash); break;
            case < 94: Note("power cut", CutPower); break;
            case < 96: Note("restart", _store.Restart); break;
            case < 99: Note("wait", () => _store.Time.Advance(TimeSpan.FromMinutes(_random.Next(1, 400)))); break;
            default: Note("wait long", () => _store.Time.Advance(TimeSpan.FromHours(25))); break;
        }

        Expire();
        Check();
    }

    public void Dispose() => _store.Dispose();

    private ModelProducer Producer(long id) => new(_log.Where(batch => batch.ProducerId == id));

    private void Append()
    {
        long id = _random.NextInt64(_newest - 3, _newest + 1);
        ModelProducer producer = Producer(id);
        (short epoch, int first, int count) = Choose(producer);
        bool isTransactional = producer.TransactionStart is not null ? _random.Next(10) > 0 : _random.Next(4) == 0;
        int last = (int)((first + count - 1L) & int.MaxValue);
        (ErrorCode error, Offset? repeatedAt) = producer.Judge(epoch, first, last, isTransactional);
        LogAppendResult result = _store.AppendBatch(
            Batches.Idempotent(id, epoch, first, count, _store.Time.Milliseconds, isTransactional));
        Steps.Add($"{id}/{epoch} {first}..{last} {(isTransactional ? "in a transaction" : "")}: {result.Error} {result.BaseOffset}");

        Assert.Equal(error, result.Error);
        Assert.Equal(repeatedAt is not null, result.IsDuplicate);
        if (repeatedAt is not null)
        {
            Assert.Equal(repeatedAt.Value, result.BaseOffset);
            Repetitions++;
        }
        else if (error == ErrorCode.None)
        {
            _log.Add(new ModelBatch(
                id, epoch, first, last, result.BaseOffset, result.LastOffset, _store.Time.Milliseconds, isTransactional));
        }
    }

    /// <summary>Mostly what is due; else a repetition, a gap, or another epoch.</summary>
    private (short Epoch, int First, int Count) Choose(ModelProducer producer)
    {
        int count = _random.Next(1, 4);
        short epoch = Math.Max(producer.Epoch, (short)0);
        int due = !producer.IsKnown
            ? _random.Next(3) == 0 ? int.MaxValue - _random.Next(6) : 0
            : producer.LastSequence == int.MaxValue ? 0 : producer.LastSequence + 1;
        switch (_random.Next(20))
        {
            case < 4 when producer.Repeatable.ToArray() is { Length: > 0 } known:
                ModelBatch again = known[_random.Next(known.Length)];
                return (again.Epoch, again.FirstSequence, (int)(again.LastOffset.Value - again.BaseOffset.Value) + 1);
            case 5: return (epoch, (int)((due + (long)_random.Next(1, 5)) & int.MaxValue), count);
            case 6: return ((short)(epoch + 1), 0, count);
            case 7: return ((short)(epoch + 1), due, count);
            case 8 when epoch > 0: return ((short)(epoch - 1), due, count);
            default: return (epoch, due, count);
        }
    }

    private void EndTransaction()
    {
        long id = _random.NextInt64(_newest - 3, _newest + 1);
        ModelProducer producer = Producer(id);
        if (producer.TransactionStart is null) return;
        ControlRecordType type = _random.Next(2) == 0 ? ControlRecordType.Commit : ControlRecordType.Abort;
        LogAppendResult result = _store.Log.AppendAsLeader(
            new EndTransactionMarker(type, 0).ToBatch(id, producer.Epoch, _store.Time.Milliseconds),
            new LeaderEpoch(0), AppendOrigin.Coordinator, 0);
        Steps.Add($"{id}/{producer.Epoch} {type}: {result.Error} {result.BaseOffset}");
        Assert.Equal(ErrorCode.None, result.Error);
        _log.Add(new ModelBatch(
            id, producer.Epoch, -1, -1, result.BaseOffset, result.LastOffset, _store.Time.Milliseconds, Marker: type));
    }

    private void CutPower()
    {
        Offset durable = _store.Log.DurableEndOffset;
        _disk.CutPower(_random);
        _store.Open();
        Assert.True(_store.Log.LogEndOffset >= durable, "What was durable is lost.");
        _log.RemoveAll(batch => batch.LastOffset >= _store.Log.LogEndOffset);
    }

    /// <summary>Who was silent for too long is forgotten, and new producers come instead.</summary>
    private void Expire()
    {
        // Anew each time: a power cut may take back the end of a transaction, and who has one open is not forgotten.
        _forgotten.Clear();
        foreach (long id in _log.Select(batch => batch.ProducerId).Distinct().ToArray())
        {
            ModelProducer producer = Producer(id);
            if (producer.TransactionStart is not null) continue;
            if (_store.Time.Milliseconds - producer.LastTimestamp >= Expiration.TotalMilliseconds) _forgotten.Add(id);
        }

        _store.Store.RunProducerExpiration();
        if (_forgotten.Count > 0) _newest = Math.Max(_newest, _forgotten.Max() + 4);
    }

    private void Check()
    {
        string[] expected =
        [
            .. _log.Select(batch => batch.ProducerId).Distinct().Where(id => !_forgotten.Contains(id)).Order().Select(id =>
            {
                ModelProducer producer = Producer(id);
                return $"{id} {producer.Epoch} {producer.LastSequence} {producer.LastTimestamp} {producer.TransactionStart}";
            }),
        ];
        Assert.Equal(expected, _store.Log.ActiveProducers.OrderBy(producer => producer.ProducerId).Select(producer =>
            $"{producer.ProducerId} {producer.ProducerEpoch} {producer.LastSequence} {producer.LastTimestamp} "
            + $"{producer.TransactionStartOffset}"));
        CheckTransactions();
    }

    private void CheckTransactions()
    {
        Offset end = _store.Log.LogEndOffset;
        Offset? open = _log.Select(batch => batch.ProducerId).Distinct().Select(id => Producer(id).TransactionStart)
            .Where(start => start is not null).Min();
        Assert.Equal(open ?? end, _store.Log.LastStableOffsetAt(end));
        var aborted = _log.Where(batch => batch.Marker == ControlRecordType.Abort).Select(marker => (
            marker.ProducerId,
            new ModelProducer(_log.Where(batch => batch.ProducerId == marker.ProducerId && batch.BaseOffset < marker.BaseOffset))
                .TransactionStart!.Value,
            marker.BaseOffset));
        Assert.Equal(aborted, _store.Log.AbortedTransactions(Offset.Zero, end)
            .Select(told => (told.ProducerId, told.FirstOffset, told.LastOffset)).OrderBy(told => told.LastOffset));
    }

    private void Note(string step, Action action)
    {
        Steps.Add(step);
        action();
    }
}
