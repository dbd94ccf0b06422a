using System.Diagnostics.Metrics;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;
using LogBroker.Server.Tests.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace LogBroker.Server.Tests.Connections;

public sealed class SentRecordsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(61)]
    [InlineData(64 * 1024)]
    public void Account_BatchesInStretchesOfAnySize_CountsTheirRecords(int stretch)
    {
        using ServiceProvider provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var traffic = new TrafficMetrics(provider.GetRequiredService<IMeterFactory>());
        var sent = new SentRecords(traffic);
        byte[] bytes = [.. Requests.Batch("a", "b", "c"), .. Requests.Batch("d"), .. Requests.Batch("e", "f")];
        var records = new MemoryRecords(bytes);

        sent.Begin();
        for (int at = 0; at < bytes.Length; at += stretch)
            sent.Pass(at, bytes.AsSpan(at, Math.Min(stretch, bytes.Length - at)));
        sent.End(records);
        sent.Account(new FetchResponse { Responses = [new() { Topic = "t", Partitions = [new(), new() { Records = records }] }] });

        Assert.Equal((6, bytes.Length), (traffic.Of("t").RecordsOut, traffic.Of("t").BytesOut));
    }
}
