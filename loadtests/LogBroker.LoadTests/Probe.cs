using System.Diagnostics;
using System.Globalization;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Records;
using LogBroker.Transport;

namespace LogBroker.LoadTests;

/// <summary>A well-behaved client with a stopwatch: at a fixed rate it produces one small batch (acks=all) and fetches what it
/// wrote. The next begins when it is due, whether or not the one before is over: a broker that stalls is not asked less.</summary>
internal sealed class Probe(KafkaChannel produces, KafkaChannel fetches, Guid topic)
{
    private const int WarmUps = 300;
    private readonly byte[] _batch = Batch();

    public static async Task<int> RunAsync(int port, TimeSpan time, int rate)
    {
        await using KafkaChannel produces = await KafkaChannel.ConnectAsync("127.0.0.1", port);
        await using KafkaChannel fetches = await KafkaChannel.ConnectAsync("127.0.0.1", port);
        var probe = new Probe(produces, fetches, await Topics.CreateAsync(produces, "probe", 1));
        for (int i = 0; i < WarmUps; i++) await probe.RoundTripAsync();
        List<double> sorted = await probe.PaceAsync(time, rate);
        Console.WriteLine(string.Join('\t', new[] { 0.5, 0.99, 1 }.Select(share =>
            sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))].ToString("F2", CultureInfo.InvariantCulture))));
        return 0;
    }

    private async Task<List<double>> PaceAsync(TimeSpan time, int rate)
    {
        var running = new List<Task<double>>();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < rate * time.TotalSeconds; i++)
        {
            TimeSpan wait = TimeSpan.FromSeconds((double)i / rate) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.FromMilliseconds(1)) await Task.Delay(wait);
            running.Add(TimeAsync());
        }

        return [.. (await Task.WhenAll(running)).Order()];
    }

    // From when it was sent: what this program's timer was late is not the broker's.
    private async Task<double> TimeAsync()
    {
        long begun = Stopwatch.GetTimestamp();
        await RoundTripAsync();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private async Task RoundTripAsync()
    {
        ProduceResponse produced = await produces.SendAsync(
            new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 30_000,
                TopicData = [new() { TopicId = topic, PartitionData = [new() { Records = new MemoryRecords(_batch) }] }],
            }, 13);
        ProduceResponse.PartitionProduceResponse written = produced.Responses[0].PartitionResponses[0];
        Require(written.ErrorCode);
        FetchResponse fetched = await fetches.SendAsync(
            new FetchRequest
            {
                MaxWaitMs = 30_000,
                MinBytes = 1,
                MaxBytes = _batch.Length,
                SessionEpoch = -1,
                Topics = [new() { TopicId = topic, Partitions = [new() { FetchOffset = written.BaseOffset, PartitionMaxBytes = _batch.Length }] }],
            }, 13);
        FetchResponse.PartitionData read = fetched.Responses[0].Partitions[0];
        Require(read.ErrorCode);
        if (read.Records is not { SizeInBytes: > 0 }) throw new InvalidOperationException("what was written could not be fetched");
    }

    private static void Require(ErrorCode error)
    {
        if (error != ErrorCode.None) throw new InvalidOperationException($"the well-behaved client got {error}");
    }

    private static byte[] Batch()
    {
        using var builder = new RecordBatchBuilder(new RecordBatchOptions());
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), default, new byte[1000]);
        return builder.Build().ToArray();
    }
}
