using LogBroker.Client.Producing.Batches;
using LogBroker.Client.Producing.Sending;
using LogBroker.Protocol;
using LogBroker.Protocol.Records;

namespace LogBroker.Client.Tests.Producing;

/// <summary>Random histories of one partition's queue against a broker that keeps count as Kafka's do: whatever is lost, delayed or
/// given up, what is acknowledged is there once and in order.</summary>
public sealed class SequenceModelTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public void Queue_UnderRandomFaults_KeepsOrderAndWritesNothingTwice(int inFlightMax)
    {
        int first = Random.Shared.Next();
        for (int seed = first; seed < first + 3_000; seed++) new History(seed, inFlightMax).Run();
    }

    private sealed class History
    {
        private readonly Random _random;
        private readonly int _seed;
        private readonly int _inFlightMax;
        private readonly BatchMemory _memory = new(1 << 24, TimeProvider.System);
        private readonly FlushRounds _rounds = new();
        private readonly PartitionQueue _queue;
        private readonly Identities _identities = new();
        private readonly ModelBroker _broker = new();
        private readonly Queue<ProducerBatch> _onTheWay = new();
        private readonly List<(long First, int Count)> _acknowledged = [];
        private long _appended;
        private long _givenUp;

        public History(int seed, int inFlightMax)
        {
            _seed = seed;
            _random = new Random(seed);
            _inFlightMax = inFlightMax;
            _queue = new PartitionQueue(new TopicPartition("t", 0), new BatchSettings(400, 0, TimeProvider.System), _memory, _rounds);
        }

        public void Run()
        {
            for (int step = 0; step < 120; step++)
            {
                int what = _random.Next(100);
                if (what < 35) Append();
                else if (what < 65) Send();
                else if (what < 92) Answer(_random.Next(10));
                else if (what < 95) Expire();
                else CutConnection();
            }

            for (int rest = 0; rest < 5_000 && !_queue.IsIdle; rest++)
            {
                Send();
                Answer(0);
            }

            Assert.True(_queue.IsIdle, $"seed {_seed}: records stay behind");
            Check();
        }

        private void Append()
        {
            var record = new EncodedRecord();
            record.Begin(1);
            record.EndKey(isNull: true);
            record.GetSpan(40).Clear();
            record.Advance(40);
            record.EndValue(isNull: false);
            Assert.NotEqual(AppendOutcome.NoMemory, _queue.TryAppend(record, default));
            _appended++;
        }

        private void Send()
        {
            var conditions = new TakeConditions
            {
                NodeId = 1,
                Now = long.MaxValue,
                IsHurried = true,
                IsIdle = true,
                InFlightMax = _inFlightMax,
                BytesLeft = int.MaxValue,
                Identities = _identities,
            };
            if (_queue.TryTake(conditions, out ProducerBatch? batch, out _) != TakeOutcome.Taken) return;
            Assert.True(RecordBatchView.TryRead(batch!.Seal(null, false).Span, out RecordBatchView view));
            Assert.Equal(batch.Identity!.Id, view.ProducerId);
            Assert.Equal(batch.BaseSequence, view.BaseSequence);
            _onTheWay.Enqueue(batch);
        }

        /// <summary>The oldest on its way reaches the broker, or not, and is answered, or not.</summary>
        private void Answer(int luck)
        {
            if (!_onTheWay.TryDequeue(out ProducerBatch? batch)) return;
            switch (luck)
            {
                case 6 when batch.RecordCount > 1 && !batch.IsOutcomeUnknown: // the broker refuses it for its last record
                    batch.Failures++;
                    (_, ProducerBatch others) = BatchSplitter.Divide(batch, index => index == batch.RecordCount - 1, _memory);
                    _givenUp++;
                    _queue.GiveUpSome(batch, others);
                    return;
                case 7: // the broker refuses it for a reason of its own
                    _queue.GiveUp(batch);
                    _givenUp += batch.RecordCount;
                    return;
                case 8: // a retriable error
                    GiveBack(batch);
                    return;
                case 9: // written, but the answer does not tell
                    _broker.Write(batch);
                    GiveBack(batch);
                    return;
            }

            if (_broker.Write(batch))
            {
                _queue.Acknowledge(batch);
                _acknowledged.Add((batch.FirstRecord, batch.RecordCount));
                return;
            }

            Assert.True(_queue.CanSendAgain(batch, false, mayBeginAnew: true), $"seed {_seed}: a batch was passed by");
            batch.Failures++;
            _queue.GiveBackOutOfOrder(batch, hasLostState: false, notBefore: 0);
        }

        /// <summary>Of the batches on their way the first few reach the broker, none is answered.</summary>
        private void CutConnection()
        {
            int reach = _random.Next(_onTheWay.Count + 1);
            while (_onTheWay.TryDequeue(out ProducerBatch? batch))
            {
                if (reach-- > 0) _broker.Write(batch);
                GiveBack(batch);
            }
        }

        private void Expire()
        {
            // As time passes from the front; a few at a time are out of patience with equal creation times, so all go.
            if (_random.Next(3) == 0) _givenUp += _queue.TakeQueued(long.MaxValue).Sum(batch => batch.RecordCount);
        }

        private void GiveBack(ProducerBatch batch)
        {
            batch.IsOutcomeUnknown = true;
            batch.Failures++;
            _queue.GiveBack(batch, 0);
        }

        private void Check()
        {
            long[] log = [.. _broker.Log];
            Assert.True(log.Distinct().Count() == log.Length, $"seed {_seed}: a record is there twice: {string.Join(' ', log)}");
            Assert.True(log.Order().SequenceEqual(log), $"seed {_seed}: records are out of order: {string.Join(' ', log)}");
            var there = log.ToHashSet();
            foreach ((long first, int count) in _acknowledged)
            {
                for (long record = first; record < first + count; record++)
                    Assert.True(there.Contains(record), $"seed {_seed}: record {record} was acknowledged and is not there");
            }

            Assert.Equal(_appended, _acknowledged.Sum(batch => (long)batch.Count) + _givenUp);
        }
    }

    /// <summary>What a broker's producer state does: the next sequence is taken, one of the last five is known, all else is refused.
    /// </summary>
    private sealed class ModelBroker
    {
        private readonly Queue<(int Base, int Next)> _last = new();
        private short _epoch = -1;
        private int _next;

        public List<long> Log { get; } = [];

        public bool Write(ProducerBatch batch)
        {
            if (batch.Identity!.Epoch < _epoch) return false;
            if (batch.Identity.Epoch > _epoch)
            {
                // Who is not known at all may begin anywhere.
                if (batch.BaseSequence != 0 && _epoch >= 0) return false;
                _epoch = batch.Identity.Epoch;
                _next = batch.BaseSequence;
                _last.Clear();
            }

            if (_last.Contains((batch.BaseSequence, batch.NextSequence))) return true;
            if (batch.BaseSequence != _next) return false;
            _next = batch.NextSequence;
            _last.Enqueue((batch.BaseSequence, batch.NextSequence));
            if (_last.Count > 5) _last.Dequeue();
            for (int index = 0; index < batch.RecordCount; index++) Log.Add(batch.FirstRecord + index);
            return true;
        }
    }

    private sealed class Identities : IProducerIdentities
    {
        public ProducerIdentity? Current { get; private set; } = new(7, 0);

        public bool TryRaise(ProducerIdentity stale)
        {
            if (Current == stale) Current = stale with { Epoch = (short)(stale.Epoch + 1) };
            return true;
        }
    }
}
