using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace LogBroker.TransportBench.OwnSockets;

/// <summary>An accepted socket as Kestrel's connection handlers know it.</summary>
/// <remarks>Owned by Kestrel, which disposes of it when the handler is done. <see cref="Abort(ConnectionAbortedException)"/>
/// may come from any thread and makes pending reads and flushes throw. <see cref="ConnectionClosed"/> is signalled by a
/// reset, an abort or the disposal; the end of the client's stream is told by the reader alone, because a client may
/// close its side and still wait for answers.</remarks>
internal sealed class SocketConnection : ConnectionContext, IDuplexPipe,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    private static long _lastId;

    private readonly Socket _socket;
    private readonly CancellationTokenSource _closed = new();
    private string? _id;
    private IDictionary<object, object?>? _items;
    private ConnectionAbortedException? _abortReason;
    private int _isClosed;

    public SocketConnection(Socket socket)
    {
        _socket = socket;
        Input = new SocketPipeReader(this, socket);
        Output = new SocketPipeWriter(this, socket);
        Transport = this;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        var features = new FeatureCollection(initialCapacity: 8);
        features.Set<IConnectionIdFeature>(this);
        features.Set<IConnectionTransportFeature>(this);
        features.Set<IConnectionItemsFeature>(this);
        features.Set<IConnectionLifetimeFeature>(this);
        features.Set<IConnectionEndPointFeature>(this);
        Features = features;
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        set => _id = value;
    }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override void Abort() => Abort(new ConnectionAbortedException("The connection was aborted by the broker."));

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Interlocked.CompareExchange(ref _abortReason, abortReason, null);
        Close(isOrderly: false);
    }

    public override ValueTask DisposeAsync()
    {
        Input.Complete();
        Output.Complete();
        Close(isOrderly: true);
        return base.DisposeAsync();
    }

    /// <summary>What to throw when the socket fails.</summary>
    internal Exception Fail(Exception failure)
    {
        if (_abortReason is not null)
            return _abortReason;
        if (failure is ObjectDisposedException)
            return new ConnectionAbortedException("The connection is closed.", failure);
        SignalClosed();
        return new ConnectionResetException($"The client is gone: {failure.Message}", failure);
    }

    private void Close(bool isOrderly)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        try
        {
            if (isOrderly)
                _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster.
        }
        // An abort tells the client at once, by a reset, instead of leaving what is unsent to the kernel.
        _socket.Close(isOrderly ? -1 : 0);
        SignalClosed();
    }

    // Those who wait for the signal run elsewhere: the caller may hold locks.
    private void SignalClosed() => ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
}
