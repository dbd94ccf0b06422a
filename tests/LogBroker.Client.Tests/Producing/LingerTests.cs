using LogBroker.Client.Producing.Batches;
using LogBroker.Protocol;
using LogBroker.Tests;

namespace LogBroker.Client.Tests.Producing;

/// <summary>When a batch may leave.</summary>
public sealed class LingerTests
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(5);

    private readonly ManualTimeProvider _time = new();
    private readonly PartitionQueue _queue;
    private readonly PendingDeliveries _deliveries = new();

    public LingerTests() => _queue = new PartitionQueue(
        new TopicPartition("t", 0), new BatchSettings(1000, _time.TicksOf(Linger), _time), new BatchMemory(1 << 20, _time), new FlushRounds());

    [Fact]
    public void Take_OfWhatNobodyWaitsFor_WaitsForTheLinger()
    {
        Assert.Equal(AppendOutcome.MustList, Append(isAwaited: false));
        Assert.Equal(TakeOutcome.Later, Take(isIdle: true, out long wakeAt));
        Assert.Equal(Linger.Ticks, wakeAt - _time.GetTimestamp());

        _time.Advance(Linger);
        Assert.Equal(TakeOutcome.Taken, Take(isIdle: true, out _));
    }

    [Fact]
    public void Take_OfWhatIsAwaited_DoesNotWaitWhileTheBrokerIsIdle()
    {
        Append(isAwaited: false);
        Assert.Equal(AppendOutcome.MustWake, Append(isAwaited: true));
        Assert.Equal(AppendOutcome.Appended, Append(isAwaited: true));

        Assert.Equal(TakeOutcome.Later, Take(isIdle: false, out _));
        Assert.Equal(TakeOutcome.Taken, Take(isIdle: true, out _));
        Assert.Equal(TakeOutcome.Empty, Take(isIdle: true, out _));
    }

    [Fact]
    public void Take_OfAFullBatch_DoesNotWait()
    {
        Append(isAwaited: false, bytes: 900);
        Assert.Equal(AppendOutcome.MustWake, Append(isAwaited: false, bytes: 900));

        Assert.Equal(TakeOutcome.Taken, Take(isIdle: false, out _));
        Assert.Equal(TakeOutcome.Later, Take(isIdle: false, out _));
    }

    private AppendOutcome Append(bool isAwaited, int bytes = 10)
    {
        var record = new EncodedRecord();
        record.Begin(1);
        record.EndKey(isNull: true);
        record.GetSpan(bytes).Clear();
        record.Advance(bytes);
        record.EndValue(isNull: false);
        return _queue.TryAppend(record, isAwaited ? new RecordWaiter(_deliveries.Rent(), null) : default);
    }

    private TakeOutcome Take(bool isIdle, out long wakeAt)
    {
        var conditions = new TakeConditions
        {
            NodeId = 1,
            Now = _time.GetTimestamp(),
            IsHurried = false,
            IsIdle = isIdle,
            InFlightMax = 5,
            BytesLeft = int.MaxValue,
            Identities = null,
        };
        return _queue.TryTake(conditions, out _, out wakeAt);
    }
}
