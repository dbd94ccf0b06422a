using System.Buffers;
using LogBroker.Client.Retry;
using LogBroker.Client.Security;
using LogBroker.Client.Telemetry;
using LogBroker.Protocol;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;
using LogBroker.Transport;

namespace LogBroker.Client.Connections;

/// <summary>One connection to one broker, ready for requests: versions are negotiated, the client is authenticated.</summary>
/// <remarks>
/// Made by <see cref="BrokerConnector"/>, owned by a <see cref="ConnectionPool"/>, used by any thread. Requests are pipelined. A
/// request that is not answered in its time closes the connection: answers come in order, so none behind it can be trusted to come.
/// A connection that has ended fails every send with <see cref="BrokerUnavailableException"/>; ask the pool for another one.
/// Cancelling gives up the wait, not the request.
/// </remarks>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private readonly KafkaChannel _channel;
    private readonly TimeProvider _time;
    private readonly SaslAuthenticator? _authenticator;
    private readonly LaneMetrics _metrics;
    private readonly SendGate _gate = new();
    private readonly Lock _silenceLock = new();
    private long _silentUntil;
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
        _authenticator = authenticator;
        Broker = broker;
        Versions = versions;
        _time = time;
        _lastUsed = time.GetTimestamp();
    }

    /// <summary>Who is at the other end.</summary>
    public BrokerNode Broker { get; }

    /// <summary>What it offers.</summary>
    public ApiVersionTable Versions { get; }

    /// <summary>Whether requests can still be sent.</summary>
    public bool IsOpen => !_channel.IsClosed;

    /// <summary>Completes when the connection has ended. Never faults.</summary>
    public Task Closed => _channel.Closed;

    /// <summary>Requests sent and not yet answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

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
        Interlocked.Increment(ref _inFlight);
        try
        {
            var sent = await EnterAndSendAsync(
                () => _channel.DispatchAsync(request, version, cancellationToken), request.ApiKey, timeout, cancellationToken)
                .ConfigureAwait(false);
            var answer = AnswerAsync(sent, request.ApiKey, timeout, cancellationToken);
            answer.IgnoreFailure();
            return answer;
        }
        catch
        {
            Interlocked.Decrement(ref _inFlight);
            throw;
        }
    }

    /// <summary>Sends a request whose answer arrives in memory rented from <paramref name="memory"/>, the caller's to dispose of. It
    /// holds the gate until it is answered: for requests sent one at a time, as fetches are.</summary>
    /// <inheritdoc cref="SendAsync{TResponse}(IRequest{TResponse}, short, TimeSpan, CancellationToken)"/>
    public async Task<PooledResponse<TResponse>> SendPooledAsync<TResponse>(
        IRequest<TResponse> request, short versionMax, MemoryPool<byte> memory, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        short version = Versions.Pick(request.ApiKey, versionMax, Broker);
        await EnterAsync(timeout, cancellationToken).ConfigureAwait(false);
        long started = _time.GetTimestamp();
        Interlocked.Increment(ref _inFlight);
        using var expiry = new CancellationTokenSource(timeout, _time);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            var response = await _channel.SendPooledAsync(request, version, memory, given.Token).ConfigureAwait(false);
            Note(response.Message, started);
            return response;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw GiveUp(request.ApiKey, timeout);
        }
        catch (ConnectionClosedException closed)
        {
            throw Ended(request.ApiKey, closed);
        }
        catch (MalformedMessageException malformed)
        {
            throw Unreadable(request.ApiKey, malformed);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
            _gate.Leave();
        }
    }

    /// <summary>Sends a request that is not answered: a produce with acks 0.</summary>
    public async Task SendWithoutResponseAsync(
        IRequest request, short versionMax, TimeSpan timeout, CancellationToken cancellationToken)
    {
        short version = Versions.Pick(request.ApiKey, versionMax, Broker);
        await EnterAndSendAsync(
            async () =>
            {
                await _channel.SendWithoutResponseAsync(request, version, cancellationToken).ConfigureAwait(false);
                return true;
            },
            request.ApiKey,
            timeout,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection; whoever waits for an answer gets <see cref="BrokerUnavailableException"/>.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    /// <summary>Takes part in the gate and in the timeout; the failure of a send is told in the client's terms.</summary>
    private async Task<T> EnterAndSendAsync<T>(
        Func<Task<T>> send, ApiKey api, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await EnterAsync(timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
            var sending = send();
            if (sending.IsCompleted) return await sending.ConfigureAwait(false);
            sending.IgnoreFailure();
            return await sending.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw GiveUp(api, timeout);
        }
        catch (ConnectionClosedException closed)
        {
            throw Ended(api, closed);
        }
        finally
        {
            _gate.Leave();
        }
    }

    private async Task<TResponse> AnswerAsync<TResponse>(
        Task<TResponse> sent, ApiKey api, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IResponse
    {
        long started = _time.GetTimestamp();
        try
        {
            var response = await sent.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
            Note(response, started);
            return response;
        }
        catch (TimeoutException)
        {
            throw GiveUp(api, timeout);
        }
        catch (ConnectionClosedException closed)
        {
            throw Ended(api, closed);
        }
        catch (MalformedMessageException malformed)
        {
            throw Unreadable(api, malformed);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
        }
    }

    /// <summary>Waits to be let in; when the session ends soon, it is renewed before anything else is sent.</summary>
    private ValueTask EnterAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_authenticator is { IsRenewalDue: true }) RenewSession(timeout);
        return _gate.EnterAsync(cancellationToken);
    }

    private void Note(IResponse response, long started)
    {
        _metrics.Answered(Broker.Id, _time.GetElapsedTime(started), response.ThrottleTimeMs);
        if (response.ThrottleTimeMs > 0) BeSilent(TimeSpan.FromMilliseconds(response.ThrottleTimeMs));
    }

    /// <summary>Keeps requests back as long as the broker asked for (KIP-219); asked several times, until the last of them is over.</summary>
    private void BeSilent(TimeSpan time)
    {
        lock (_silenceLock)
        {
            _silentUntil = Math.Max(_silentUntil, _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency));
            if (_gate.TryClose() is null) return; // Whoever closed it opens it, and looks first.
        }
        ReopenAsync().IgnoreFailure();
    }

    private async Task ReopenAsync()
    {
        while (true)
        {
            TimeSpan left;
            lock (_silenceLock)
            {
                left = _time.GetElapsedTime(_time.GetTimestamp(), _silentUntil);
                if (left <= TimeSpan.Zero || !IsOpen)
                {
                    _gate.Open();
                    return;
                }
            }
            await Task.WhenAny(Task.Delay(left, _time, CancellationToken.None), _channel.Closed).ConfigureAwait(false);
        }
    }

    /// <summary>Authenticates again while other requests wait outside. When that fails the connection ends; the next one tells
    /// why.</summary>
    private void RenewSession(TimeSpan timeout)
    {
        if (_gate.TryClose() is { } emptied) RenewSessionAsync(emptied, timeout).IgnoreFailure();
    }

    private async Task RenewSessionAsync(Task emptied, TimeSpan timeout)
    {
        try
        {
            await emptied.ConfigureAwait(false);
            var renewing = _authenticator!.AuthenticateAsync(_channel, Broker, Versions, CancellationToken.None);
            renewing.IgnoreFailure();
            await renewing.WaitAsync(timeout, _time, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            ReopenAsync().IgnoreFailure();
        }
    }

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
}
