using System.Buffers;
using LogBroker.Protocol;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;
using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Connections;

/// <summary>A client may hang up as soon as it has sent, as those do that produce with acks=0.</summary>
public sealed class HangUpTests
{
    [Fact]
    public async Task Requests_SentBeforeTheClientHungUp_AreServed()
    {
        var handler = new Counter();
        await using var connection = new ServedConnection(
            new ConnectionOptions(), new CancellationToken(canceled: true), handler);

        await connection.Client.Output.WriteAsync(Requests(10));
        await connection.Client.Output.CompleteAsync();

        await connection.Served.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(10, handler.Calls);
    }

    private static byte[] Requests(int count)
    {
        using var frame = new FrameBuffer();
        var requests = new ArrayBufferWriter<byte>();
        for (int i = 0; i < count; i++)
        {
            frame.EncodeRequest(new RequestHeader(ApiKey.DescribeCluster, 0, i, "t"), new DescribeClusterRequest());
            frame.CopyTo(requests);
            frame.Clear();
        }

        return requests.WrittenSpan.ToArray();
    }

    private sealed class Counter : RequestHandler<DescribeClusterRequest, DescribeClusterResponse>
    {
        public int Calls { get; private set; }

        protected override Task<DescribeClusterResponse> HandleAsync(DescribeClusterRequest request, RequestContext context)
        {
            Calls++;
            return Task.FromResult(new DescribeClusterResponse());
        }
    }
}
