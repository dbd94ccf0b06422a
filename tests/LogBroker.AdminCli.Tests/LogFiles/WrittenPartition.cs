using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Testing;

namespace LogBroker.AdminCli.Tests.LogFiles;

/// <summary>The files of a partition that a real broker wrote and closed: three segments of batches of ten records.</summary>
public sealed class WrittenPartition : IAsyncLifetime
{
    public const int BatchCount = 24;
    public const int RecordsPerBatch = 10;
    private const int ValueBytes = 12_000;

    private readonly List<string> _copies = [];
    private TestBroker? _broker;

    public string Directory => Path.Combine(_broker!.DataDirectory, "t-0");

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        Guid topic = await _broker.CreateTopicAsync("t", 1, ("segment.bytes", "1048576"), ("index.interval.bytes", "4096"));
        for (int batch = 0; batch < BatchCount; batch++)
        {
            ProduceResponse produced = await _broker.SendAsync(new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 30_000,
                TopicData = [new() { TopicId = topic, PartitionData = [new() { Records = new MemoryRecords(Batch(batch)) }] }],
            });
            Assert.Equal(ErrorCode.None, produced.Responses[0].PartitionResponses[0].ErrorCode);
        }

        await _broker.StopAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (string folder in _copies.Where(System.IO.Directory.Exists)) System.IO.Directory.Delete(folder, recursive: true);
        if (_broker is not null) await _broker.DisposeAsync();
    }

    /// <summary>A copy of its own, to damage.</summary>
    public string Copy()
    {
        string folder = System.IO.Directory.CreateTempSubdirectory("logbroker-verify-").FullName;
        lock (_copies) _copies.Add(folder);
        string copy = Path.Combine(folder, "t-0");
        System.IO.Directory.CreateDirectory(copy);
        foreach (string file in System.IO.Directory.EnumerateFiles(Directory))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private static byte[] Batch(int number)
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions { ProducerId = 7, ProducerEpoch = 0, BaseSequence = number * RecordsPerBatch });
        for (int record = 0; record < RecordsPerBatch; record++)
            builder.Append(1_700_000_000_000 + number, default, Enumerable.Repeat((byte)(number + 1), ValueBytes).ToArray());
        return builder.Build().ToArray();
    }
}
