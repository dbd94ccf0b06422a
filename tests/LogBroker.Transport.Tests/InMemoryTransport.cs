using System.IO.Pipelines;

namespace LogBroker.Transport.Tests;

/// <summary>Two ends of a connection that never leaves the process.</summary>
internal sealed record InMemoryTransport(IDuplexPipe Client, IDuplexPipe Broker)
{
    public static InMemoryTransport Create()
    {
        var requests = new Pipe();
        var responses = new Pipe();
        return new InMemoryTransport(
            new End(responses.Reader, requests.Writer), new End(requests.Reader, responses.Writer));
    }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
