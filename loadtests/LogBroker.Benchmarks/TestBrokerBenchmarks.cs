using BenchmarkDotNet.Attributes;
using LogBroker.Testing;

namespace LogBroker.Benchmarks;

/// <summary>What a test pays for a broker of its own: started, ready for clients, stopped, its files removed.</summary>
public class TestBrokerBenchmarks
{
    /// <summary>Of a topic that is created meanwhile; 0 = no topic.</summary>
    [Params(0, 12)]
    public int Partitions { get; set; }

    [Benchmark]
    public async Task StartAndStop()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        if (Partitions > 0) await broker.CreateTopicAsync("t", Partitions);
    }
}
