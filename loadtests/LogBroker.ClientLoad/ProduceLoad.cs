using System.Diagnostics;

namespace LogBroker.ClientLoad;

/// <summary>Produces one size of record for a while: first to get warm, then to be measured.</summary>
internal sealed class ProduceLoad(string topic, int size, TimeSpan time)
{
    private const int ClockEvery = 1000;

    private readonly byte[] _value = MakeValue(size);

    /// <summary>As fast as the client takes them.</summary>
    public async Task<Figures> EnqueueAsync(IProduceClient client)
    {
        await EnqueueForAsync(client, time / 2);
        return await MeasureAsync(() => EnqueueForAsync(client, time));
    }

    /// <summary>Each only after the one before was delivered.</summary>
    public async Task<Figures> AwaitEachAsync(IProduceClient client)
    {
        await AwaitEachForAsync(client, time / 2);
        return await MeasureAsync(() => AwaitEachForAsync(client, time));
    }

    /// <summary>Counts what a run costs.</summary>
    public static async Task<Figures> MeasureAsync(Func<Task<long>> run)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        long records = await run();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        return new Figures(records, elapsed, process.TotalProcessorTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    private static byte[] MakeValue(int size)
    {
        var value = new byte[size];
        new Random(5).NextBytes(value);
        return value;
    }

    private async Task<long> EnqueueForAsync(IProduceClient client, TimeSpan span)
    {
        long started = Stopwatch.GetTimestamp();
        long records = 0;
        while (Stopwatch.GetElapsedTime(started) < span)
        {
            for (int index = 0; index < ClockEvery; index++) await client.EnqueueAsync(topic, _value);
            records += ClockEvery;
        }

        await client.FlushAsync();
        return records;
    }

    private async Task<long> AwaitEachForAsync(IProduceClient client, TimeSpan span)
    {
        long started = Stopwatch.GetTimestamp();
        long records = 0;
        for (; Stopwatch.GetElapsedTime(started) < span; records++) await client.ProduceAsync(topic, _value);
        return records;
    }
}
