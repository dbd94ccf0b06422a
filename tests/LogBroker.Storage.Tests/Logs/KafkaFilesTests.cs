using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Logs;
using LogBroker.Storage.Tests.Support;

namespace LogBroker.Storage.Tests.Logs;

/// <summary>Our files through Apache Kafka's eyes, and its files through ours.</summary>
public sealed class KafkaFilesTests
{
    [KafkaFact]
    public void OurFiles_AreReadByKafkasDumpTool_WithoutComplaint()
    {
        using var store = new StoreFixture(
            options: new LogOptions { SegmentBytes = 4000, IndexIntervalBytes = 300, SegmentIndexBytes = 200 });
        for (int number = 0; number < 200; number++)
        {
            store.Append($"value-{number}", "x");
            store.AppendBatch(Batches.Idempotent(7, 0, number * 2, 2, store.Time.Milliseconds, isTransactional: true));
            store.Time.Advance(TimeSpan.FromMilliseconds(number % 3));
            if (number % 20 != 19) continue;
            ControlRecordType type = number % 40 == 39 ? ControlRecordType.Abort : ControlRecordType.Commit;
            store.AppendBatch(
                new EndTransactionMarker(type, 1).ToBatch(7, 0, store.Time.Milliseconds), AppendOrigin.Coordinator);
        }

        string partition = store.PathOf("");
        store.Store.CloseCleanly();

        string[] files = Directory.GetFiles(partition, "0*");
        Assert.Equal(
            [".index", ".log", ".snapshot", ".timeindex", ".txnindex"],
            files.Select(Path.GetExtension).Distinct().Order());
        string output = KafkaTools.DumpLog(files);
        Assert.Contains("value-199", output, StringComparison.Ordinal);
        Assert.Contains("endTxnMarker: ABORT", output, StringComparison.Ordinal);
        Assert.Contains("producerId: 7 producerEpoch: 0 coordinatorEpoch: 1", output, StringComparison.Ordinal);
        Assert.Contains("firstSequence: 398 lastSequence: 399", output, StringComparison.Ordinal);
        foreach (string complaint in (string[])["Mismatch", "isvalid: false", "not found", "out of order", "Exception", "Corrupt"])
            Assert.DoesNotContain(complaint, output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void KafkasFiles_AreReadByUs(bool wasStoppedCleanly)
    {
        using var store = new StoreFixture();
        store.StoreOptions = store.StoreOptions with { ProducerIdExpiration = TimeSpan.FromDays(9999) };
        store.Store.CloseCleanly();
        string source = Path.Combine(AppContext.BaseDirectory, "TestData", "kafka-4.3.1", "t1-0");
        string target = Path.Combine(store.Path, "t1-0");
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(source)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        if (!wasStoppedCleanly) File.Delete(Path.Combine(store.Path, ".kafka_cleanshutdown"));

        store.Open();

        Assert.True(store.Store.TryGet(new TopicPartition("t1", 0), out PartitionLog? log));
        Assert.Equal(new Offset(2000), log.LogEndOffset);
        Assert.Equal(new LeaderEpoch(0), log.LatestEpoch);
        Assert.NotEqual(Guid.Empty, log.TopicId);
        Assert.Equal(
            Enumerable.Range(1, 2000).Select(number => $"{number}"),
            Batches.ReadAll(log, Offset.Zero, maxBytes: 3000).Select(record => record.Value));
        Assert.Equal(1999, Assert.Single(log.ActiveProducers).LastSequence);
    }
}
