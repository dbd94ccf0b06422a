using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Disk;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Recovery;

/// <summary>Random histories of appends, syncs, checkpoints, truncations, kills and power cuts against a list in memory.
/// </summary>
public sealed class CrashTests
{
    private const int Runs = 100;
    private const int StepsPerRun = 120;

    [Fact]
    public void RandomHistory_KeepsEverythingDurable_AndNothingElse()
    {
        (int seed, int runs) = int.TryParse(Environment.GetEnvironmentVariable("CRASH_TEST_SEED"), out int given)
            ? (given, 1)
            : (Environment.TickCount, Runs);
        for (int run = 0; run < runs; run++)
        {
            using var history = new History(seed + run);
            try
            {
                history.Run(StepsPerRun);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException(
                    $"CRASH_TEST_SEED={seed + run}\n{string.Join('\n', history.Steps.TakeLast(20))}", fault);
            }
        }
    }

    private sealed class History : IDisposable
    {
        private readonly Random _random;
        private readonly SimulatedDisk _disk = new();
        private readonly StoreFixture _store;
        private readonly List<(Offset Offset, string Value)> _model = [];
        private readonly Dictionary<long, int> _nextSequence = [];
        private long _start;
        private int _written;

        public History(int seed)
        {
            _random = new Random(seed);
            _store = new StoreFixture(
                _disk,
                new LogOptions
                {
                    SegmentBytes = _random.Next(1300, 6000),
                    IndexIntervalBytes = _random.Next(0, 800),
                    FileDeleteDelay = TimeSpan.FromSeconds(_random.Next(3)),
                    RetentionTime = null,
                });
            _ = _store.Log;
            foreach (LogDirectory directory in _store.Store.Directories) directory.Flusher.RunOnce();
        }

        /// <summary>What was done, with the log's state before.</summary>
        public List<string> Steps { get; } = [];

        public void Run(int steps)
        {
            for (int step = 0; step < steps; step++) Step();
            _store.Restart();
            CheckAll();
        }

        public void Dispose() => _store.Dispose();

        private void Step()
        {
            switch (_random.Next(100))
            {
                case < 55:
                    Append();
                    break;
                case < 70:
                    Note("Flush");
                    _store.Flush();
                    Assert.Equal(_store.Log.LogEndOffset, _store.Log.DurableEndOffset);
                    break;
                case < 78:
                    Note("Checkpoint");
                    _store.Store.WriteCheckpoints();
                    break;
                case < 82:
                    Truncate();
                    break;
                case < 85:
                    AdvanceStart();
                    break;
                case < 89:
                    Kill();
                    break;
                case < 92:
                    CutPower();
                    break;
                case < 94:
                    FailAndRepair();
                    break;
                case < 96:
                    Note("Restart");
                    _store.Restart();
                    CheckAll();
                    break;
                default:
                    Note("Wait");
                    _store.Time.Advance(TimeSpan.FromSeconds(_random.Next(3)));
                    _store.Store.RunDeletions();
                    CheckReads();
                    break;
            }
        }

        private void Note(string step)
        {
            PartitionLog log = _store.Log;
            Steps.Add(
                $"[{log.LogStartOffset} {log.DurableEndOffset} {log.LogEndOffset}) in {log.SegmentCount}, {log.State.Cause}: {step}");
        }

        private void Append()
        {
            Note(nameof(Append));
            int count = _random.Next(1, 6);
            long producerId = _random.Next(-2, 4);
            byte[] batch;
            if (producerId < 0)
            {
                batch = Batches.Of(Timestamp(), [.. Enumerable.Range(0, count).Select(_ => NewValue())]);
            }
            else
            {
                int sequence = _nextSequence.GetValueOrDefault(producerId);
                batch = Batches.Idempotent(producerId, 0, sequence, count, Timestamp());
                _nextSequence[producerId] = sequence + count;
            }

            LogAppendResult result = _store.AppendBatch(batch);
            Assert.Equal(ErrorCode.None, result.Error);
            _model.AddRange(Batches.Decode(new MemoryRecords(batch)));
            Assert.Equal(_model[^1].Offset, result.LastOffset);
        }

        private void Truncate()
        {
            Note(nameof(Truncate));
            if (_model.Count == 0) return;
            var end = new Offset(_random.NextInt64(_start, _model[^1].Offset.Value + 1));
            _store.Log.TruncateTo(end);
            Assert.True(_store.Log.LogEndOffset <= end);
            _start = Math.Min(_start, _store.Log.LogEndOffset.Value);
            Assert.Equal(_start, _store.Log.LogStartOffset.Value);
            _model.RemoveAll(record => record.Offset >= _store.Log.LogEndOffset);
            ForgetSequences();
            CheckReads();
        }

        private void AdvanceStart()
        {
            Note(nameof(AdvanceStart));
            if (_model.Count == 0) return;
            var start = new Offset(_random.NextInt64(_start, _model[^1].Offset.Value + 2));
            Assert.Equal(ErrorCode.None, _store.Log.AdvanceLogStart(start));
            _start = start.Value;
            // So that the start is found again after a crash.
            _store.Flush();
            _store.Store.RunRetention();
            _store.Store.WriteCheckpoints();
        }

        private void Kill()
        {
            Note(nameof(Kill));
            string[] producers = Describe();
            _store.Crash();
            Assert.Equal(producers, Describe());
            CheckAll();
        }

        private void CutPower()
        {
            Note(nameof(CutPower));
            Offset durable = _store.Log.DurableEndOffset;
            _disk.CutPower(_random);
            _store.Open();
            Assert.True(_store.Log.State.IsOnline, _store.Log.State.Reason);
            Assert.True(_store.Log.LogEndOffset >= durable, $"{_store.Log.LogEndOffset} < {durable}");
            _model.RemoveAll(record => record.Offset >= _store.Log.LogEndOffset);
            ForgetSequences();
            CheckAll();
        }

        /// <summary>The disk fails at some operation and goes on failing for a while; then it works again.</summary>
        private void FailAndRepair()
        {
            Note(nameof(FailAndRepair));
            Offset durable = _store.Log.DurableEndOffset;
            int left = _random.Next(6);
            DiskFault fault = _random.Next(2) == 0 ? DiskFault.NoSpace : DiskFault.Device;
            bool failsWrites = _random.Next(2) == 0;
            _disk.Faults = (operation, _) => IsMeant(operation, failsWrites) && left-- <= 0 ? fault : null;
            for (int step = 0; step < 4; step++)
            {
                byte[] batch = Batches.Of(Timestamp(), NewValue());
                LogAppendResult result = _store.AppendBatch(batch);
                if (result.IsAppended) _model.AddRange(Batches.Decode(new MemoryRecords(batch)));
                else Assert.Equal(ErrorCode.KafkaStorageError, result.Error);
                Note($"Failing with {fault}: {result.Error}");
                if (_random.Next(2) == 0) _store.Flush();
                if (_random.Next(3) == 0) _store.Store.WriteCheckpoints();
            }

            Assert.True(_store.Log.DurableEndOffset >= durable);
            durable = _store.Log.DurableEndOffset;
            _disk.Faults = (_, _) => null;
            if (_random.Next(3) == 0)
            {
                CutPower();
                return;
            }

            Note("Repair");
            Assert.Equal(0, _store.Store.RunRepairs());
            Assert.True(_store.Log.LogEndOffset >= durable);
            _model.RemoveAll(record => record.Offset >= _store.Log.LogEndOffset);
            _store.Flush();
            Assert.Equal(_store.Log.LogEndOffset, _store.Log.DurableEndOffset);
            CheckAll();
        }

        private static bool IsMeant(DiskOperation operation, bool failsWrites) => failsWrites
            ? operation is DiskOperation.Write or DiskOperation.Open
            : operation is DiskOperation.SyncData or DiskOperation.SyncDirectory;

        private void CheckAll()
        {
            Assert.Equal(_store.Log.LogEndOffset, _store.Log.DurableEndOffset);
            Assert.Equal(_start, _store.Log.LogStartOffset.Value);
            Assert.Equal(
                _model.Where(record => record.Offset.Value >= _start),
                Batches.ReadAll(_store.Log, new Offset(_start), _random.Next(50, 5000)));
            CheckReads();
        }

        private void CheckReads()
        {
            Offset end = _store.Log.LogEndOffset;
            for (int read = 0; read < 5; read++)
            {
                var from = new Offset(_random.NextInt64(_start, Math.Max(_start, end.Value) + 1));
                var limit = new Offset(_random.NextInt64(from.Value, Math.Max(from.Value, end.Value) + 1));
                using LogReadResult result = _store.Log.Read(from, 1 << 20, limit, atLeastOneBatch: true);
                Assert.Equal(ErrorCode.None, result.Error);
                List<(Offset Offset, string Value)> records = Batches.Decode(result.Records);
                Assert.All(records, record => Assert.True(record.Offset < limit));
                Assert.All(
                    records.Where(record => record.Offset.Value >= _start),
                    record => Assert.Contains(record, _model));
            }
        }

        /// <summary>The producers start where the log is now.</summary>
        private void ForgetSequences()
        {
            _nextSequence.Clear();
            foreach (ActiveProducer producer in _store.Log.ActiveProducers)
                _nextSequence[producer.ProducerId] = producer.LastSequence + 1;
        }

        private string[] Describe() =>
        [
            .. _store.Log.ProducerStates.Producers.OrderBy(producer => producer.ProducerId).Select(producer =>
                $"{producer.ProducerId} {producer.Epoch} {producer.LastTimestamp} "
                + string.Join(';', Enumerable.Range(0, producer.BatchCount).Select(producer.BatchAt))),
        ];

        private long Timestamp() => _store.Time.Milliseconds + _random.Next(-1000, 1000);

        private string NewValue() => $"{_written++}-{new string('x', _random.Next(200))}";
    }
}
