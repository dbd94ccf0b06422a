using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using LogBroker.Protocol;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Server.Connections;

namespace LogBroker.Server.Tests.Connections;

/// <summary>A client that does not read its answers is not worked for.</summary>
public sealed class BackPressureTests
{
    private const int RequestCount = 1000;
    private const int LargeAnswersAhead = 20;

    [Fact]
    public async Task LargeAnswers_PipelinedWithoutReading_AreMadeFewAtATime()
    {
        var handler = new LargeAnswers();
        await using var connection = new ServedConnection(handler);
        Task sending = SendAsync(connection.Client.Output);

        for (int answered = 0; answered < RequestCount; answered++)
        {
            Assert.InRange(handler.Made, 0, answered + LargeAnswersAhead);
            await ReadFrameAsync(connection.Client.Input);
        }

        await sending;
        Assert.Equal(RequestCount, handler.Made);
    }

    [Fact]
    public async Task Client_ThatLeavesWithoutReading_EndsTheConnection()
    {
        var handler = new LargeAnswers();
        await using var connection = new ServedConnection(handler);
        Task sending = SendAsync(connection.Client.Output);
        await ReadFrameAsync(connection.Client.Input);

        await connection.Client.Input.CompleteAsync();

        await connection.Served.WaitAsync(TimeSpan.FromSeconds(30));
        await sending;
        Assert.InRange(handler.Made, 1, LargeAnswersAhead + 1);
    }

    private static async Task SendAsync(PipeWriter output)
    {
        using var frame = new FrameBuffer();
        for (int i = 0; i < RequestCount; i++)
        {
            frame.EncodeRequest(new RequestHeader(ApiKey.DescribeCluster, 0, i, "t"), new DescribeClusterRequest());
            frame.CopyTo(output);
            frame.Clear();
            FlushResult flushed = await output.FlushAsync();
            if (flushed.IsCompleted) return;
        }
    }

    private static async Task ReadFrameAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> buffer = read.Buffer;
            bool isWhole = FrameReader.TryReadFrame(ref buffer, int.MaxValue, out _);
            input.AdvanceTo(buffer.Start, isWhole ? buffer.Start : buffer.End);
            if (isWhole) return;
            Assert.False(read.IsCompleted);
        }
    }

    private sealed class LargeAnswers : RequestHandler<DescribeClusterRequest, DescribeClusterResponse>
    {
        private static readonly ImmutableArray<DescribeClusterResponse.DescribeClusterBroker> Long =
            [.. Enumerable.Range(0, 5).Select(id => new DescribeClusterResponse.DescribeClusterBroker { BrokerId = id, Host = new('x', 30_000) })];
        private int _made;

        public int Made => Volatile.Read(ref _made);

        protected override Task<DescribeClusterResponse> HandleAsync(DescribeClusterRequest request, RequestContext context)
        {
            Interlocked.Increment(ref _made);
            return Task.FromResult(new DescribeClusterResponse { Brokers = Long });
        }
    }
}
