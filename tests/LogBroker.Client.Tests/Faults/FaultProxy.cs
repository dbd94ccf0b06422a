using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LogBroker.Client.Tests.Faults;

/// <summary>A proxy in front of a broker that harms its connections: delays bytes, splits them, holds them back, cuts them off. The broker
/// must advertise the proxy's port.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly CancellationTokenSource _stopped = new();
    private volatile TaskCompletionSource? _held;
    private volatile bool _refuses;

    public FaultProxy(int port, int brokerPort)
    {
        Port = port;
        BrokerPort = brokerPort;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port { get; }

    public int BrokerPort { get; set; }

    /// <summary>How long each piece of an answer is kept before it goes on.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The largest piece that goes on at once.</summary>
    public int PieceBytesMax { get; set; } = 64 * 1024;

    /// <summary>Whether new connections are closed at once.</summary>
    public bool Refuses
    {
        get => _refuses;
        set => _refuses = value;
    }

    /// <summary>Lets no answer through until released; requests still reach the broker.</summary>
    public void Hold() => _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var held = _held;
        _held = null;
        held?.TrySetResult();
    }

    /// <summary>Ends every connection at once.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys) socket.Close(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        Release();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stopped.Token);
                if (_refuses) client.Close(0);
                else _ = ServeAsync(client);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var broker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _sockets[client] = _sockets[broker] = true;
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, BrokerPort, _stopped.Token);
            await Task.WhenAny(CopyAsync(client, broker, isAnswer: false), CopyAsync(broker, client, isAnswer: true));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
        client.Close(0);
        broker.Close(0);
        _sockets.TryRemove(client, out _);
        _sockets.TryRemove(broker, out _);
    }

    private async Task CopyAsync(Socket from, Socket to, bool isAnswer)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, PieceBytesMax)), _stopped.Token);
                if (read == 0) return;
                if (isAnswer && Delay > TimeSpan.Zero) await Task.Delay(Delay, _stopped.Token);
                if (isAnswer && _held is { } held) await held.Task;
                for (int sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stopped.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }
}
