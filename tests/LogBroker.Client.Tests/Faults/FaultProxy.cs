using System.Net;
using System.Net.Sockets;

namespace LogBroker.Client.Tests.Faults;

/// <summary>A way to the broker that is as bad as a test asks: it cuts connections at any byte, in either direction, delays, and
/// hands on what it got in small pieces.</summary>
/// <remarks>Random by a seed. Give the broker this proxy's port as its advertised one.</remarks>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<Task> _connections = [];
    private readonly List<Socket> _sockets = [];
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly Task _accepting;
    private int _cuts;
    private int _flips;

    public FaultProxy(int port, int brokerPort, int seed = 0)
    {
        BrokerPort = brokerPort;
        _random = new Random(seed);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where new connections lead to.</summary>
    public int BrokerPort { get; set; }

    /// <summary>How many bytes pass on average before a connection is cut; 0 cuts none.</summary>
    public int BytesBetweenCuts { get; set; }

    /// <summary>How many bytes of answers pass on average before a bit of them is flipped; 0 flips none.</summary>
    public int BytesBetweenFlips { get; set; }

    /// <summary>The longest delay of a piece; zero delays none.</summary>
    public TimeSpan DelayMax { get; set; }

    /// <summary>The largest piece that is handed on; 0 leaves them as they come.</summary>
    public int PieceBytesMax { get; set; }

    /// <summary>Answers are swallowed: the broker does what it is asked, and nobody hears of it.</summary>
    public bool SwallowsAnswers { get; set; }

    /// <summary>Bits flipped so far.</summary>
    public int Flips => Volatile.Read(ref _flips);

    /// <summary>Connections cut so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Cuts all connections there are.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Cut()
    {
        lock (_lock)
        {
            bool isHit = _sockets.Exists(socket => socket.Connected);
            foreach (Socket socket in _sockets) socket.Dispose();
            _sockets.Clear();
            return isHit;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        Task[] connections;
        lock (_lock) connections = [.. _connections];
        await Task.WhenAll(connections);
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stopped.Token);
                lock (_lock) _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The proxy is stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var broker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock) _sockets.AddRange([client, broker]);
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, BrokerPort, _stopped.Token);
            await Task.WhenAny(PumpAsync(client, broker, isAnswers: false), PumpAsync(broker, client, isAnswers: true));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // One side is gone; so is the other now.
        }
        finally
        {
            client.Dispose();
            broker.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswers)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                int count = await from.ReceiveAsync(buffer, _stopped.Token);
                if (count == 0) return;
                if (isAnswers) Flip(buffer.AsSpan(0, count));
                for (int at = 0; at < count;)
                {
                    int piece = Draw(PieceBytesMax > 0 ? Math.Min(PieceBytesMax, count - at) : 0, count - at);
                    bool cuts = IsCutWithin(piece);
                    if (DelayMax > TimeSpan.Zero) await Task.Delay(DelayMax * Chance(), _stopped.Token);
                    if (cuts) piece = Draw(piece, piece);
                    if (!isAnswers || !SwallowsAnswers) await to.SendAsync(buffer.AsMemory(at, piece), _stopped.Token);
                    if (cuts)
                    {
                        Interlocked.Increment(ref _cuts);
                        return;
                    }

                    at += piece;
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // One side is gone.
        }
    }

    private void Flip(Span<byte> bytes)
    {
        if (BytesBetweenFlips <= 0) return;
        for (int at = Draw(2 * BytesBetweenFlips, 0); at < bytes.Length; at += Draw(2 * BytesBetweenFlips, 0))
        {
            bytes[at] ^= (byte)(1 << Draw(8, 0) - 1);
            Interlocked.Increment(ref _flips);
        }
    }

    private bool IsCutWithin(int bytes) => BytesBetweenCuts > 0 && Chance() < (double)bytes / BytesBetweenCuts;

    private int Draw(int max, int otherwise)
    {
        if (max <= 0) return otherwise;
        lock (_random) return _random.Next(1, max + 1);
    }

    private double Chance()
    {
        lock (_random) return _random.NextDouble();
    }
}
