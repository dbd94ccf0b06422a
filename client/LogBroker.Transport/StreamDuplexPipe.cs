using System.IO.Pipelines;

namespace LogBroker.Transport;

/// <summary>The two directions of a stream as pipes. Completing both closes the stream.</summary>
internal sealed class StreamDuplexPipe : IDuplexPipe
{
    private const int BufferBytes = 64 * 1024;

    public StreamDuplexPipe(Stream stream)
    {
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferBytes));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: BufferBytes));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }
}
