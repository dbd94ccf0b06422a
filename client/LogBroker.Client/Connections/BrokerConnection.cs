using System.Buffers;
using LogBroker.Client.Retry;
using LogBroker.Client.Security;
using LogBroker.Client.Telemetry;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Transport;

namespace LogBroker.Client.Connections;

/// <summary>One connection to one broker, ready for requests: versions are negotiated, the client is authenticated.</summary>
/// <remarks>
/// Made by <see cref="BrokerConnector"/>, owned by a <see cref="ConnectionPool"/>, used by any thread. Requests are pipelined. A
/// request that is not answered in its time closes the connection: answers come in order, so none behind it can be trusted to come.
/// A connection that has ended fails every send with <see cref="BrokerUnavailableException"/>; ask the pool for another one.
/// Cancelling gives up the wait, not the request: it counts as under way, and its time runs, until it is answered.
/// </remarks>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private readonly KafkaChannel _channel;
    private readonly TimeProvider _time;
    private readonly SendAdmission _admission;
    private readonly LaneMetrics _metrics;
    private int _inFlight;
    private long _lastUsed;

    /// <param name="channel">The open channel, owned from now on.</param>
    /// <param name="broker">Who is at its other end.</param>
    /// <param name="versions">What that broker offers.</param>
    /// <param name="authenticator">What authenticated the channel, to do it again in time; null when nothing did.</param>
    /// <param name="metrics">Where it is noted how long answers take.</param>
    /// <param name="time">The clock.</param>
    public BrokerConnection(
        KafkaChannel channel,
        BrokerNode broker,
        ApiVersionTable versions,
        SaslAuthenticator? authenticator,
        LaneMetrics metrics,
        TimeProvider time)
    {
        _metrics = metrics;
        _channel = channel;
        Broker = broker;
        Versions = versions;
        _time = time;
        _lastUsed = time.GetTimestamp();
        _admission = new SendAdmission(channel, broker, versions, authenticator, time);
    }

    /// <summary>Who is at the other end: a bootstrap server, until it is known which broker that is.</summary>
    public BrokerNode Broker { get; set; }

    /// <summary>What it offers.</summary>
    public ApiVersionTable Versions { get; }

    /// <summary>Whether requests can still be sent.</summary>
    public bool IsOpen => !_channel.IsClosed;

    /// <summary>Completes when the connection has ended. Never faults.</summary>
    public Task Closed => _channel.Closed;

    /// <summary>Requests sent and not yet answered, whether somebody still waits or not.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>How long the broker still wants to hear nothing (KIP-219); zero or less when it does not.</summary>
    public TimeSpan SilenceLeft => _admission.SilenceLeft;

    /// <summary>How long nothing was sent or answered; zero while an answer is awaited.</summary>
    public TimeSpan IdleTime => InFlight > 0 ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>Whether both sides know this version of the API, or any when none is given.</summary>
    public bool Supports(ApiKey api, short? version = null) => Versions.Supports(api, version);

    /// <summary>Sends a request in the highest version both sides know, and waits for the answer.</summary>
    /// <exception cref="BrokerUnavailableException">The connection ended first.</exception>
    /// <exception cref="RequestTimedOutException">No answer in <paramref name="timeout"/>; the connection is closed.</exception>
    /// <exception cref="KafkaException">The broker does not offer the API, or answered what cannot be read.</exception>
    public Task<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse =>
        SendAsync(request, short.MaxValue, timeout, cancellationToken);

    /// <inheritdoc cref="SendAsync{TResponse}(IRequest{TResponse}, TimeSpan, CancellationToken)"/>
    /// <param name="request">The request.</param>
    /// <param name="versionMax">No higher version is used.</param>
    /// <param name="timeout">How long sending may take, and waiting for the answer; not counted is the silence a broker asked
    /// for.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public async Task<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, short versionMax, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        var answer = await DispatchAsync(request, versionMax, timeout, cancellationToken).ConfigureAwait(false);
        return await answer.ConfigureAwait(false);
    }

    /// <summary>Sends a request; the outer task completes when its place in the order is fixed, the inner one with its answer. For
    /// callers whose requests must arrive in an order without waiting for each other: the producer.</summary>
    /// <inheritdoc cref="SendAsync{TResponse}(IRequest{TResponse}, short, TimeSpan, CancellationToken)"/>
    public async Task<Task<TResponse>> DispatchAsync<TResponse>(
        IRequest<TResponse> request, short versionMax, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        short version = Versions.Pick(request.ApiKey, versionMax, Broker);
        await EnterAsync(timeout, cancellationToken).ConfigureAwait(false);
        var exchange = Begin(
            _channel.DispatchAsync(request, version, cancellationToken), static response => response, request.ApiKey, timeout);
        await exchange.Written.WaitAsync(cancellationToken).ConfigureAwait(false);
        var answer = exchange.Answered.WaitAsync(cancellationToken);
        answer.IgnoreFailure();
        return answer;
    }

    /// <summary>Sends a request whose answer arrives in memory rented from <paramref name="memory"/>, the caller's to dispose of.
    /// </summary>
    /// <inheritdoc cref="SendAsync{TResponse}(IRequest{TResponse}, short, TimeSpan, CancellationToken)"/>
    public async Task<PooledResponse<TResponse>> SendPooledAsync<TResponse>(
        IRequest<TResponse> request, short versionMax, MemoryPool<byte> memory, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        short version = Versions.Pick(request.ApiKey, versionMax, Broker);
        await EnterAsync(timeout, cancellationToken).ConfigureAwait(false);
        var exchange = Begin(
            _channel.DispatchPooledAsync(request, version, memory, cancellationToken),
            static response => response.Message,
            request.ApiKey,
            timeout);
        try
        {
            return await exchange.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            exchange.Answered.Discard();
            throw;
        }
    }

    /// <summary>Sends a request that is not answered: a produce with acks 0.</summary>
    public async Task SendWithoutResponseAsync(
        IRequest request, short versionMax, TimeSpan timeout, CancellationToken cancellationToken)
    {
        short version = Versions.Pick(request.ApiKey, versionMax, Broker);
        await _admission.EnterAsync(timeout, cancellationToken).ConfigureAwait(false);
        var writing = WriteAsync(
            _channel.SendWithoutResponseAsync(request, version, cancellationToken), request.ApiKey, timeout);
        writing.IgnoreFailure();
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection; whoever waits for an answer gets <see cref="BrokerUnavailableException"/>.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    /// <summary>Waits to be let in; from then on the request counts as under way.</summary>
    private async ValueTask EnterAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            await _admission.EnterAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _inFlight);
            throw;
        }
    }

    /// <summary>Follows a request that is being sent; what comes of it goes on without the caller.</summary>
    private Exchange<T> Begin<T>(Task<Task<T>> sending, Func<T, IResponse> message, ApiKey api, TimeSpan timeout)
    {
        var written = WriteAsync(sending, api, timeout);
        var answered = ReadAsync(written, sending, message, api, timeout);
        written.IgnoreFailure();
        answered.IgnoreFailure();
        return new Exchange<T>(written, answered);
    }

    /// <summary>Leaves the gate when the request is written, which has to be in its time.</summary>
    private async Task WriteAsync(Task sending, ApiKey api, TimeSpan timeout)
    {
        try
        {
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
            await sending.WaitAsync(timeout, _time).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            sending.IgnoreFailure();
            throw Told(failure, api, timeout);
        }
        finally
        {
            _admission.Leave();
        }
    }

    private async Task<T> ReadAsync<T>(
        Task written, Task<Task<T>> sending, Func<T, IResponse> message, ApiKey api, TimeSpan timeout)
    {
        try
        {
            await written.ConfigureAwait(false);
            long started = _time.GetTimestamp();
            var answer = await sending.ConfigureAwait(false);
            T response = await answer.WaitAsync(timeout, _time).ConfigureAwait(false);
            Note(message(response), started);
            return response;
        }
        catch (Exception failure)
        {
            sending.Unwrap().Discard();
            throw Told(failure, api, timeout);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
        }
    }

    private void Note(IResponse response, long started)
    {
        _metrics.Answered(Broker.Id, _time.GetElapsedTime(started), response.ThrottleTimeMs);
        if (response.ThrottleTimeMs > 0) _admission.BeSilent(TimeSpan.FromMilliseconds(response.ThrottleTimeMs));
    }

    /// <summary>A failure in the client's terms. What leaves the order of answers in doubt closes the connection.</summary>
    private Exception Told(Exception failure, ApiKey api, TimeSpan timeout) => failure switch
    {
        TimeoutException => GiveUp(api, timeout),
        ConnectionClosedException closed => Ended(api, closed),
        MalformedMessageException malformed => Unreadable(api, malformed),
        UnsupportedFieldException unsupported => new KafkaException(
            ErrorCode.UnsupportedVersion, $"{api} cannot be told to the {Broker}: {unsupported.Message}", unsupported),
        _ => failure,
    };

    private RequestTimedOutException GiveUp(ApiKey api, TimeSpan timeout)
    {
        DisposeAsync().AsTask().IgnoreFailure();
        return new RequestTimedOutException(
            $"The {Broker} did not answer {api} within {timeout.TotalMilliseconds:0} ms (RequestTimeout); the connection is closed.");
    }

    private BrokerUnavailableException Unreadable(ApiKey api, MalformedMessageException malformed)
    {
        DisposeAsync().AsTask().IgnoreFailure();
        return new BrokerUnavailableException(
            $"The {Broker} answered {api} with what cannot be read, so the connection is closed: {malformed.Message}", malformed);
    }

    private BrokerUnavailableException Ended(ApiKey api, ConnectionClosedException closed) =>
        new($"The connection to the {Broker} ended before {api} was answered: {closed.Message}", closed);

    /// <summary>A request on its way: both tasks end whether somebody waits for them or not.</summary>
    private readonly record struct Exchange<T>(Task Written, Task<T> Answered);
}
