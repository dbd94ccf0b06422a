using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Logs;

public sealed class ConcurrencyTests
{
    private const int Batches = 3000;
    private const int Readers = 3;

    [Fact]
    public async Task ReadersSeeOnlyWholeAcknowledgedBatches_WhileOthersAppendSyncAndDelete()
    {
        using var store = new StoreFixture(
            options: new LogOptions
            {
                SegmentBytes = 20_000,
                IndexIntervalBytes = 500,
                RetentionBytes = 100_000,
                FileDeleteDelay = TimeSpan.Zero,
            });
        store.StoreOptions = store.StoreOptions with { OpenFilesMax = 24 };
        store.Restart();
        PartitionLog log = store.Log;
        using var ended = new CancellationTokenSource();

        Task[] others =
        [
            Task.Run(() => Repeat(() => store.Flush(), ended.Token)),
            Task.Run(() => Repeat(() => store.Store.WriteCheckpoints(), ended.Token)),
            Task.Run(() => Repeat(
                () =>
                {
                    store.Store.RunRetention();
                    store.Store.RunDeletions();
                },
                ended.Token)),
            .. Enumerable.Range(0, Readers).Select(reader => Task.Run(() => Repeat(() => ReadSome(log, reader), ended.Token))),
        ];
        for (int number = 0; number < Batches; number++)
        {
            LogAppendResult result = store.Append($"{number}-{new string('x', number % 200)}");
            Assert.Equal((ErrorCode.None, new Offset(number)), (result.Error, result.BaseOffset));
        }

        await ended.CancelAsync();
        await Task.WhenAll(others);
        store.Flush();
        Assert.Equal(new Offset(Batches), log.DurableEndOffset);
        store.Restart();
        Assert.Equal(new Offset(Batches), store.Log.LogEndOffset);
        Assert.Equal(
            Batches - store.Log.LogStartOffset.Value, Support.Batches.ReadAll(store.Log, store.Log.LogStartOffset).Count);
    }

    private static void Repeat(Action action, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested) action();
    }

    private static void ReadSome(PartitionLog log, int reader)
    {
        Offset limit = reader == 0 ? log.LogEndOffset : log.DurableEndOffset;
        Offset start = log.LogStartOffset;
        var from = new Offset(start.Value + ((limit.Value - start.Value) * (reader + 1) / (Readers + 1)));
        using LogReadResult read = log.Read(from, 5000, limit, atLeastOneBatch: true);
        if (read.Error == ErrorCode.OffsetOutOfRange)
        {
            Assert.True(log.LogStartOffset > from); // deleted meanwhile
            return;
        }

        Assert.Equal(ErrorCode.None, read.Error);
        Offset expected = from;
        foreach ((Offset offset, string value) in Support.Batches.Decode(read.Records))
        {
            Assert.True(offset < limit, $"{offset} is not below {limit}");
            Assert.Equal(expected, offset);
            Assert.StartsWith($"{offset}-", value, StringComparison.Ordinal);
            expected = offset.Next;
        }
    }
}
