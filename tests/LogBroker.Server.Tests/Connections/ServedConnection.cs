using System.IO.Pipelines;
using System.Net;
using LogBroker.Server.Connections;
using LogBroker.Server.Hosting;
using LogBroker.Server.Tests.Hosting;
using LogBroker.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LogBroker.Server.Tests.Connections;

/// <summary>A broker's connection with handlers of the test and a client at its other end, without sockets.</summary>
internal sealed class ServedConnection : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly Task _serving;

    public ServedConnection(params RequestHandler[] handlers) : this(new ConnectionOptions(), handlers)
    {
    }

    public ServedConnection(ConnectionOptions options, params RequestHandler[] handlers)
        : this(options, CancellationToken.None, handlers)
    {
    }

    /// <param name="options">The limits.</param>
    /// <param name="closed">Fires when the client has hung up.</param>
    /// <param name="handlers">What is served.</param>
    public ServedConnection(ConnectionOptions options, CancellationToken closed, params RequestHandler[] handlers)
    {
        _provider = new ServiceCollection().AddMetrics().AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(options)
            .AddSingleton<LimitReports>()
            .AddSingleton<RequestMetrics>()
            .AddSingleton<TrafficMetrics>()
            .AddSingleton<RequestFailures>()
            .AddSingleton<ConnectionServices>()
            .AddSingleton(provider => new RequestMemory(options.QueuedBytesMax, provider.GetRequiredService<LimitReports>()))
            .AddSingleton(provider => new AnswerMemory(options.QueuedAnswerBytesMax, provider.GetRequiredService<LimitReports>()))
            .BuildServiceProvider();
        var services = _provider.GetRequiredService<ConnectionServices>();
        var requests = new Pipe();
        // A small one, so that a client that does not read is noticed soon.
        var answers = new Pipe(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        var caller = new ConnectionCaller(
            new ConnectionWatch(TestSettings.Ephemeral().Listeners[0], TimeProvider.System),
            new IPEndPoint(IPAddress.Loopback, 1), () => Abort(requests, answers), closed);
        var connection = new KafkaConnection(
            new TwoPipes(requests.Reader, answers.Writer), caller,
            new RequestDispatcher(new HandlerTable(handlers), services.Metrics), services);
        _serving = ServeAsync(connection, requests, answers);
        Client = new TwoPipes(answers.Reader, requests.Writer);
    }

    /// <summary>The client's ends, for one who sends bytes of his own.</summary>
    public IDuplexPipe Client { get; }

    public Task Served => _serving;

    /// <summary>A channel on the client's ends; disposing it ends the connection.</summary>
    public KafkaChannel OpenChannel() => new(Client);

    public async ValueTask DisposeAsync()
    {
        await Client.Output.CompleteAsync();
        await Client.Input.CompleteAsync();
        await _serving;
        await _provider.DisposeAsync();
    }

    /// <summary>As a socket does: both directions end.</summary>
    private static void Abort(Pipe requests, Pipe answers)
    {
        requests.Writer.CancelPendingFlush();
        requests.Reader.CancelPendingRead();
        answers.Writer.CancelPendingFlush();
    }

    private static async Task ServeAsync(KafkaConnection connection, Pipe requests, Pipe answers)
    {
        await connection.RunAsync();
        await answers.Writer.CompleteAsync();
        await requests.Reader.CompleteAsync();
    }

    private sealed record TwoPipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
