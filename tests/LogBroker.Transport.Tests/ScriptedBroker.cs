using System.Buffers;
using System.IO.Pipelines;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Transport.Tests;

/// <summary>The broker's end of a connection, which does what the test says, step by step.</summary>
internal sealed class ScriptedBroker(IDuplexPipe transport)
{
    private const int FrameBytesMax = 1024 * 1024;

    /// <summary>Takes the next request's content, waiting for it.</summary>
    public async Task<byte[]> TakeAsync()
    {
        while (true)
        {
            var result = await transport.Input.ReadAsync();
            var buffer = result.Buffer;
            if (FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var frame))
            {
                byte[] content = frame.ToArray();
                transport.Input.AdvanceTo(buffer.Start);
                return content;
            }
            Assert.False(result.IsCompleted, "The client closed the connection.");
            transport.Input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public async Task<RequestHeader> TakeHeaderAsync()
    {
        var reader = new KafkaReader(await TakeAsync());
        return RequestHeader.Read(ref reader);
    }

    public async Task AnswerAsync(RequestHeader request, IResponse response)
    {
        using var frame = new FrameBuffer();
        frame.EncodeResponse(request.CorrelationId, response, request.ApiVersion);
        frame.CopyTo(transport.Output);
        await transport.Output.FlushAsync();
    }

    public async Task AnswerRawAsync(ReadOnlyMemory<byte> content)
    {
        using var frame = new FrameBuffer();
        frame.EncodeRaw(content.Span);
        frame.CopyTo(transport.Output);
        await transport.Output.FlushAsync();
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await transport.Output.WriteAsync(bytes);

    public async Task CloseAsync()
    {
        await transport.Output.CompleteAsync();
        await transport.Input.CompleteAsync();
    }
}
