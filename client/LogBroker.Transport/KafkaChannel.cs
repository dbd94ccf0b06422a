using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using LogBroker.Protocol.Framing;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Transport;

/// <summary>One connection to a broker: requests go out in the order they are sent, each task completes with its own
/// response. Requests are pipelined: none waits for the response of the one before. There is no retry, no timeout and
/// no negotiation; that is for the caller.</summary>
/// <remarks>
/// Any thread may send. Brokers answer in the order asked, so responses are taken first in, first out, and each must
/// echo its request's correlation id. What a response holds is its own: no memory is shared or given back, but for
/// <see cref="DispatchPooledAsync"/>.
/// Cancelling a send gives up the wait, not the request: once its bytes are on the way its response is still taken off
/// the connection. When the connection ends, or breaks the protocol, every waiting and later send fails with
/// <see cref="ConnectionClosedException"/>; a channel is not reopened. Dispose it to close the connection.
/// </remarks>
public sealed class KafkaChannel : IAsyncDisposable
{
    private readonly IDuplexPipe _transport;
    private readonly KafkaChannelOptions _options;
    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private readonly FrameBuffer _frame = new();
    private readonly Queue<PendingResponse> _pending = new();
    private readonly Task _reading;
    private ArrivingResponse? _arriving;
    private ConnectionClosedException? _closed;
    private int _lastCorrelationId;
    private bool _isDisposed;

    /// <summary>Takes over <paramref name="transport"/>: its pipes are completed when the channel ends.</summary>
    public KafkaChannel(IDuplexPipe transport, KafkaChannelOptions? options = null)
    {
        _transport = transport;
        _options = options ?? KafkaChannelOptions.Default;
        _reading = ReadAsync();
    }

    /// <summary>Completes when the connection has ended, whichever side ended it. Never faults.</summary>
    public Task Closed => _reading;

    /// <summary>Whether every further send would fail; true before those who wait hear of it.</summary>
    public bool IsClosed => Volatile.Read(ref _isDisposed) || Volatile.Read(ref _closed) is not null;

    /// <summary>Takes over <paramref name="stream"/>, a socket's or a TLS one.</summary>
    public static KafkaChannel Over(Stream stream, KafkaChannelOptions? options = null) =>
        new(new StreamDuplexPipe(stream), options);

    /// <exception cref="SocketException">The broker cannot be reached.</exception>
    public static async Task<KafkaChannel> ConnectAsync(
        string host, int port, KafkaChannelOptions? options = null, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return Over(new NetworkStream(socket, ownsSocket: true), options);
    }

    /// <summary>Sends a request and waits for its response.</summary>
    /// <exception cref="ConnectionClosedException">The connection ended first.</exception>
    /// <exception cref="MalformedMessageException">The response is not what the version says.</exception>
    /// <exception cref="UnsupportedFieldException">The version cannot carry the request; nothing was sent.</exception>
    public async Task<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, short version, CancellationToken cancellationToken = default)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        Task<TResponse> response = await DispatchAsync(request, version, cancellationToken).ConfigureAwait(false);
        return await response.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request; the outer task completes when its place in the order is fixed and its bytes are handed to the
    /// system, the inner one with its response. Whoever needs an order awaits the outer before the next send.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<Task<TResponse>> DispatchAsync<TResponse>(
        IRequest<TResponse> request, short version, CancellationToken cancellationToken = default)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        var api = Describe(request);
        var header = new RequestHeader(request.ApiKey, version, NextCorrelationId(), _options.ClientId);
        var pending = new PendingMessage<TResponse>(header.CorrelationId, api, version);
        await WriteAsync(frame => frame.EncodeRequest(header, request), pending, cancellationToken)
            .ConfigureAwait(false);
        return pending.Response;
    }

    /// <summary>Sends a request whose response arrives in memory rented from <paramref name="memory"/>. Who gets the inner task
    /// disposes of what comes, however late.</summary>
    /// <inheritdoc cref="DispatchAsync"/>
    public async Task<Task<PooledResponse<TResponse>>> DispatchPooledAsync<TResponse>(
        IRequest<TResponse> request, short version, MemoryPool<byte> memory, CancellationToken cancellationToken = default)
        where TResponse : IApiMessage<TResponse>, IResponse
    {
        ArgumentNullException.ThrowIfNull(memory);
        var api = Describe(request);
        var header = new RequestHeader(request.ApiKey, version, NextCorrelationId(), _options.ClientId);
        var pending = new PendingPooledMessage<TResponse>(header.CorrelationId, api, version, memory);
        await WriteAsync(frame => frame.EncodeRequest(header, request), pending, cancellationToken)
            .ConfigureAwait(false);
        return pending.Response;
    }

    /// <summary>Sends a request that is not answered: a produce with acks 0.</summary>
    public Task SendWithoutResponseAsync(
        IRequest request, short version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = new RequestHeader(request.ApiKey, version, NextCorrelationId(), _options.ClientId);
        return WriteAsync(frame => frame.EncodeRequest(header, request), null, cancellationToken);
    }

    /// <summary>Sends a frame's content as it is, header included, well-formed or not, and waits for the next
    /// response.</summary>
    /// <returns>The response's content, header included.</returns>
    public async Task<byte[]> SendRawAsync(
        ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        const int CorrelationIdAt = 4;
        int? correlationId = content.Length >= CorrelationIdAt + sizeof(int)
            ? BinaryPrimitives.ReadInt32BigEndian(content.Span[CorrelationIdAt..])
            : null;
        var pending = new PendingFrame(correlationId);
        await WriteAsync(frame => frame.EncodeRaw(content.Span), pending, cancellationToken).ConfigureAwait(false);
        return await pending.Response.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        _transport.Input.CancelPendingRead();
        await _reading.ConfigureAwait(false);
    }

    private static ApiDescription Describe(IRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ApiCatalog.Find(request.ApiKey)
            ?? throw new ArgumentException($"API {request.ApiKey} is not declared.", nameof(request));
    }

    private int NextCorrelationId() => Interlocked.Increment(ref _lastCorrelationId);

    private async Task WriteAsync(Action<FrameBuffer> encode, PendingResponse? pending, CancellationToken cancelled)
    {
        await _writeLock.WaitAsync(cancelled).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            encode(_frame);
            if (pending is not null) Enqueue(pending);
            _frame.CopyTo(_transport.Output);
            var result = await _transport.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            if (result.IsCompleted || result.IsCanceled) throw Close("The broker takes no more requests.", null);
        }
        catch (Exception fault) when (fault is (IOException or ObjectDisposedException) and not ConnectionClosedException)
        {
            throw Close("The request could not be sent.", fault);
        }
        finally
        {
            _frame.Clear();
            _writeLock.Release();
        }
    }

    /// <summary>Takes responses off the connection until it ends.</summary>
    private async Task ReadAsync()
    {
        var input = _transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                var buffer = result.Buffer;
                while (TryTakeResponse(ref buffer))
                {
                }
                input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCanceled || result.IsCompleted) break;
            }
            Close(_isDisposed ? "The channel was disposed." : "The broker closed the connection.", null);
        }
        catch (Exception fault)
        {
            // Whatever ended it, those who wait must hear of it, and Closed never faults.
            Close($"The connection failed: {fault.Message}", fault);
        }
        _arriving?.Fail(Close("The connection failed.", null));
        _arriving = null;
        await input.CompleteAsync().ConfigureAwait(false);
        await CompleteOutputAsync().ConfigureAwait(false);
    }

    /// <summary>Takes the response that is next off the buffer: wholly, or what has come of it when it goes to rented
    /// memory.</summary>
    /// <returns>False when more must arrive first.</returns>
    private bool TryTakeResponse(ref ReadOnlySequence<byte> buffer)
    {
        if (_arriving is null && TryStartPooled(ref buffer) is { } started) _arriving = started;
        if (_arriving is { } arriving)
        {
            if (!arriving.Fill(ref buffer)) return false;
            _arriving = null;
            Dispatch(arriving.Pending, arriving.Content, arriving.Memory);
            return true;
        }
        if (!FrameReader.TryReadFrame(ref buffer, _options.ResponseBytesMax, out var frame)) return false;
        byte[] content = frame.ToArray();
        PendingResponse? pending;
        lock (_pending) _pending.TryDequeue(out pending);
        Dispatch(pending, content, null);
        return true;
    }

    /// <returns>Null when the size has not arrived, or the response gets memory of its own.</returns>
    private ArrivingResponse? TryStartPooled(ref ReadOnlySequence<byte> buffer)
    {
        if (!FrameReader.TryReadSize(buffer, _options.ResponseBytesMax, out int size)) return null;
        PendingResponse? pending;
        lock (_pending)
        {
            if (!_pending.TryPeek(out pending) || pending.Memory is null) return null;
        }
        // It stays among those who hear of the end until there is memory for it.
        var memory = pending.Memory.Rent(size);
        lock (_pending) _pending.TryDequeue(out _);
        buffer = buffer.Slice(FrameReader.PrefixBytes);
        return new ArrivingResponse(pending, memory, size);
    }

    /// <summary>Gives a response to the request that has waited longest.</summary>
    private static void Dispatch(PendingResponse? pending, Memory<byte> content, IMemoryOwner<byte>? owner)
    {
        int? answered = content.Length < sizeof(int) ? null : BinaryPrimitives.ReadInt32BigEndian(content.Span);
        if (pending is not null && answered is not null && (pending.CorrelationId ?? answered) == answered)
        {
            pending.Complete(content, owner);
            return;
        }
        owner?.Dispose();
        var broken = new ConnectionClosedException(
            $"A response of {content.Length} bytes answers {answered}, not {pending?.CorrelationId}.");
        pending?.Fail(broken);
        throw broken;
    }

    private void Enqueue(PendingResponse pending)
    {
        lock (_pending)
        {
            ThrowIfClosed();
            _pending.Enqueue(pending);
        }
    }

    private ConnectionClosedException Close(string reason, Exception? cause)
    {
        PendingResponse[] abandoned;
        ConnectionClosedException closed;
        lock (_pending)
        {
            closed = _closed ??= cause as ConnectionClosedException ?? new ConnectionClosedException(reason, cause);
            abandoned = [.. _pending];
            _pending.Clear();
        }
        foreach (var pending in abandoned) pending.Fail(closed);
        return closed;
    }

    private void ThrowIfClosed()
    {
        if (_closed is { } closed) throw new ConnectionClosedException(closed.Message, closed);
    }

    /// <summary>Waits for a write under way, since a pipe must not be written to and completed at once.</summary>
    private async Task CompleteOutputAsync()
    {
        _transport.Output.CancelPendingFlush();
        await _writeLock.WaitAsync().ConfigureAwait(false);
        try
        {
            await _transport.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // Bytes not yet flushed have nowhere to go any more.
        }
        finally
        {
            _frame.Dispose();
            _writeLock.Release();
        }
    }
}
