using System.Buffers;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Tests.Framing;

public sealed class FrameBufferTests
{
    private static readonly byte[] Batch = [1, 2, 3, 4, 5];

    [Fact]
    public void EncodeRequest_OfProduce_ReadsBackAsItWas()
    {
        using var frame = new FrameBuffer();
        var header = new RequestHeader(ApiKey.Produce, 9, 77, "client");
        frame.EncodeRequest(header, ProduceOf(new MemoryRecords(Batch)));

        var reader = new KafkaReader(ContentOf(frame));
        Assert.Equal(header, RequestHeader.Read(ref reader));
        var request = ProduceRequest.Read(ref reader, 9);
        reader.RequireEnd();
        Assert.Equal("topic", request.TopicData[0].Name);
        var records = Assert.IsType<MemoryRecords>(request.TopicData[0].PartitionData[0].Records);
        Assert.Equal(Batch, records.Memory.ToArray());
    }

    [Fact]
    public void EncodeResponse_WithRecords_KeepsThemByReference()
    {
        var records = new MemoryRecords(Batch);
        using var frame = new FrameBuffer();
        frame.EncodeResponse(5, FetchOf(records), 12);

        Assert.Same(records, Assert.Single(frame.Pieces, piece => piece.Records is not null).Records);
        Assert.Equal(frame.SizeInBytes, frame.Pieces.Sum(piece => (long)piece.SizeInBytes));
        Assert.Equal(frame.SizeInBytes, ContentOf(frame).Length + FrameReader.PrefixBytes);
    }

    [Fact]
    public void EncodeResponse_AfterClear_UsesTheBufferAgain()
    {
        using var frame = new FrameBuffer();
        for (int i = 0; i < 3; i++)
        {
            frame.EncodeResponse(i, FetchOf(new MemoryRecords(new byte[300_000])), 17);
            var reader = new KafkaReader(ContentOf(frame));
            Assert.Equal(i, ResponseHeader.Read(ref reader, 1).CorrelationId);
            Assert.Single(FetchResponse.Read(ref reader, 17).Responses);
            reader.RequireEnd();
            frame.Clear();
        }
    }

    [Fact]
    public void EncodeResponse_LongerThanAChunk_IsWhole()
    {
        var topics = Enumerable.Range(0, 60_000)
            .Select(i => new MetadataResponse.MetadataResponseTopic { Name = $"topic-{i}" });
        using var frame = new FrameBuffer();
        frame.EncodeResponse(1, new MetadataResponse { Topics = [.. topics] }, 9);

        var reader = new KafkaReader(ContentOf(frame));
        ResponseHeader.Read(ref reader, 1);
        var read = MetadataResponse.Read(ref reader, 9);
        reader.RequireEnd();
        Assert.Equal("topic-59999", read.Topics[^1].Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    public void EncodeResponse_OfApiVersions_HasHeaderVersionZeroAlways(short version)
    {
        using var frame = new FrameBuffer();
        frame.EncodeResponse(9, new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion }, version);

        byte[] content = ContentOf(frame);
        Assert.Equal([0, 0, 0, 9, 0, 35], content[..6]);
    }

    [Fact]
    public void EncodeResponse_WithoutClear_IsRefused()
    {
        using var frame = new FrameBuffer();
        frame.EncodeResponse(1, new HeartbeatResponse(), 4);

        Assert.Throws<InvalidOperationException>(() => frame.EncodeResponse(2, new HeartbeatResponse(), 4));
    }

    [Fact]
    public void EncodeResponse_AfterAFailedOneAndClear_Succeeds()
    {
        using var frame = new FrameBuffer();
        var beyondVersion = new JoinGroupResponse { ProtocolType = null, ProtocolName = null };
        Assert.Throws<UnsupportedFieldException>(() => frame.EncodeResponse(1, beyondVersion, 0));
        frame.Clear();
        frame.EncodeResponse(2, beyondVersion, 7);

        Assert.Equal(2, ContentOf(frame)[3]);
    }

    private static ProduceRequest ProduceOf(IRecords records) => new()
    {
        Acks = -1,
        TopicData = [new() { Name = "topic", PartitionData = [new() { Index = 3, Records = records }] }],
    };

    private static FetchResponse FetchOf(IRecords records) => new()
    {
        Responses = [new() { Partitions = [new() { PartitionIndex = 3, Records = records }] }],
    };

    /// <summary>The frame's bytes behind its size, cut by the frame reader.</summary>
    private static byte[] ContentOf(FrameBuffer frame)
    {
        var output = new ArrayBufferWriter<byte>();
        frame.CopyTo(output);
        var buffer = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.True(FrameReader.TryReadFrame(ref buffer, int.MaxValue, out var content));
        Assert.True(buffer.IsEmpty);
        return content.ToArray();
    }
}
