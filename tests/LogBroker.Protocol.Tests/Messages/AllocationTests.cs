using System.Buffers;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Tests.Messages;

/// <summary>A request on the hot path costs the objects of its message and no more.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 100;

    [Fact]
    public void Read_OfAProduceOfOneBatch_AllocatesItsObjectsOnly()
    {
        var records = new MemoryRecords(new byte[1000]);
        var request = new ProduceRequest
        {
            TopicData = [new() { Name = "topic", PartitionData = [new() { Records = records }] }],
        };
        byte[] frame = MessageShape.Write(request, 11);

        Assert.InRange(BytesPerRound(() => ReadProduce(frame)), 1, 300);
    }

    [Fact]
    public void Encode_OfAFetchResponse_AllocatesNothing()
    {
        var response = new FetchResponse
        {
            Responses = [new() { Partitions = [new() { Records = new MemoryRecords(new byte[100_000]) }] }],
            NodeEndpoints = [new() { NodeId = 1, Host = "host", Port = 9092 }],
        };
        var output = new ArrayBufferWriter<byte>(1_000_000);
        using var frame = new FrameBuffer();

        long allocated = BytesPerRound(() =>
        {
            frame.EncodeResponse(1, response, 16);
            frame.CopyTo(output);
            output.ResetWrittenCount();
            frame.Clear();
        });
        Assert.Equal(0, allocated);
    }

    private static void ReadProduce(byte[] frame)
    {
        var reader = new KafkaReader(frame);
        ProduceRequest.Read(ref reader, 11);
    }

    /// <summary>The least of several rounds, so that one-off work of the runtime does not count.</summary>
    private static long BytesPerRound(Action round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
