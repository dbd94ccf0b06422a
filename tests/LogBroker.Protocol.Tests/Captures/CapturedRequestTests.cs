using System.Buffers;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Tests.Captures;

public sealed class CapturedRequestTests
{
    [Theory]
    [InlineData("kcat")]
    [InlineData("kafka-python")]
    [InlineData("kafkajs")]
    public void Request_OfARealClient_DecodesAndEncodesToTheSameBytes(string client)
    {
        foreach (CapturedRequest captured in CapturedRequest.ReadFile(client))
        {
            Assert.True(captured.Frame.AsSpan().SequenceEqual(Recode(captured)), $"{client}: {captured}");
        }
    }

    [Theory]
    [InlineData("kcat", ApiKey.Produce, 7)]
    [InlineData("kcat", ApiKey.Fetch, 11)]
    [InlineData("kcat", ApiKey.ApiVersions, 3)]
    [InlineData("kcat", ApiKey.InitProducerId, 4)]
    [InlineData("kafka-python", ApiKey.ApiVersions, 0)]
    [InlineData("kafka-python", ApiKey.Metadata, 0)]
    [InlineData("kafka-python", ApiKey.Fetch, 4)]
    [InlineData("kafka-python", ApiKey.Produce, 7)]
    [InlineData("kafkajs", ApiKey.Fetch, 11)]
    [InlineData("kafkajs", ApiKey.DeleteRecords, 1)]
    [InlineData("kafkajs", ApiKey.AddPartitionsToTxn, 1)]
    public void CaptureFile_HoldsTheVersionsItsClientIsKnownFor(string client, ApiKey key, short version) =>
        Assert.Contains(CapturedRequest.ReadFile(client), request => request.ApiKey == key && request.ApiVersion == version);

    private static ReadOnlySpan<byte> Recode(CapturedRequest captured)
    {
        var reader = new KafkaReader(captured.Frame.ToArray());
        var header = RequestHeader.Read(ref reader);
        IRequest request = ApiCatalog.ReadRequest(header.ApiKey, ref reader, header.ApiVersion);
        Assert.True(reader.Remaining == 0, $"{captured}: {reader.Remaining} bytes left");

        using var frame = new FrameBuffer();
        frame.EncodeRequest(header, request);
        var output = new ArrayBufferWriter<byte>();
        frame.CopyTo(output);
        return output.WrittenSpan[FrameReader.PrefixBytes..];
    }
}
