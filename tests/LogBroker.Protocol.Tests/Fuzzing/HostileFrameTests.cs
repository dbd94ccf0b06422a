using System.Buffers;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Protocol.Tests.Messages;

namespace LogBroker.Protocol.Tests.Fuzzing;

public sealed class HostileFrameTests
{
    [Fact]
    public void Read_OfCountBeyondTheFrame_AllocatesNothingForIt()
    {
        byte[] frame = [0x7F, 0xFF, 0xFF, 0xFF, 0, 1, (byte)'t'];

        Assert.Throws<MalformedMessageException>(() => Read<MetadataRequest>(frame, 1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedMessageException>(() => Read<MetadataRequest>(frame, 1));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
    }

    [Fact]
    public void Read_OfTopicsOfOneLetterEach_IsRefusedWhenItWouldBlowUp()
    {
        const int Topics = 100_000;
        byte[] frame = FrameOf(Topics);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedMessageException>(() => Read<MetadataRequest>(frame, 0));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16L * frame.Length + 64 * 1024);
    }

    [Fact]
    public void Read_OfAThousandTopicsOfOneLetterEach_IsTaken() =>
        Assert.Equal(1_000, Read<MetadataRequest>(FrameOf(1_000), 0).Topics!.Value.Length);

    [Fact]
    public void Read_OfUnknownTaggedFields_SkipsThemWithoutKeepingThem()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        writer.WriteInt32(7);
        writer.WriteInt16(0);
        writer.WriteUnsignedVarInt(2);
        writer.WriteTag(1_000, 500_000);
        writer.WriteRaw(new byte[500_000]);
        writer.WriteTag(1_001, 0);
        writer.Flush();
        byte[] frame = output.WrittenSpan.ToArray();

        Read<HeartbeatResponse>(frame, 4);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var response = Read<HeartbeatResponse>(frame, 4);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
        Assert.Equal(7, response.ThrottleTimeMs);
        Assert.Equal([0, 0, 0, 7, 0, 0, 0], MessageShape.Write(response, 4));
    }

    [Theory]
    [InlineData(new byte[] { 2, 0, 3, 1, 2, 3, 9, 1, 5 })] // Tag 0 is an array of node endpoints: 3 bytes are none.
    [InlineData(new byte[] { 1, 0, 2, 1, 0 })] // An empty array takes one byte, not two.
    [InlineData(new byte[] { 1, 0, 200 })] // The size reaches beyond the frame.
    [InlineData(new byte[] { 100, 0, 0 })] // There cannot be 100 tagged fields.
    public void Read_OfTaggedFieldsThatDoNotFit_IsMalformed(byte[] tags)
    {
        byte[] frame = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, .. tags];

        Assert.Throws<MalformedMessageException>(() => Read<FetchResponse>(frame, 16));
    }

    [Fact]
    public void Read_OfTrailingBytes_LeavesThemToTheCaller()
    {
        byte[] frame = [0, 0, 0, 7, 0, 0, 1, 2, 3];
        var reader = new KafkaReader(frame);
        HeartbeatResponse.Read(ref reader, 3);

        Assert.Equal(3, reader.Remaining);
        Assert.Throws<MalformedMessageException>(() =>
        {
            var again = new KafkaReader(frame);
            HeartbeatResponse.Read(ref again, 3);
            again.RequireEnd();
        });
    }

    [Fact]
    public void Read_OfNullWhereNoneIsAllowed_IsMalformed() =>
        Assert.Throws<MalformedMessageException>(() => Read<HeartbeatRequest>([0xFF, 0xFF, 0, 0, 0, 0, 0, 0], 0));

    private static byte[] FrameOf(int topics)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        writer.WriteArrayCount(topics);
        for (int i = 0; i < topics; i++) writer.WriteString("t");
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static T Read<T>(byte[] frame, short version) where T : IVersioned<T>
    {
        var reader = new KafkaReader(frame);
        return T.Read(ref reader, version);
    }
}
