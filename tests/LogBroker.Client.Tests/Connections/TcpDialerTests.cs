using System.Net;
using System.Net.Sockets;
using LogBroker.Client.Connections;

namespace LogBroker.Client.Tests.Connections;

/// <summary>Hosts with several addresses.</summary>
public sealed class TcpDialerTests : IDisposable
{
    private readonly List<Socket> _fillers = [];

    public void Dispose() => _fillers.ForEach(filler => filler.Dispose());

    [Fact]
    public async Task Connect_WithTheFirstAddressLeadingNowhere_TakesTheNext()
    {
        using var good = new TcpListener(IPAddress.Loopback, 0);
        good.Start();
        int port = ((IPEndPoint)good.LocalEndpoint).Port;
        using var full = await FullListenerAsync(IPAddress.Parse("127.0.0.2"), port);

        using var stream = await TcpDialer.ConnectAsync(
            [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], port, new ClientOptions(), default).WaitAsync(TimeSpan.FromSeconds(8));

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)stream.Socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Connect_WithNobodyAtAnyAddress_TellsWhy()
    {
        int port = LoopbackPort.FindFree();

        var failure = await Assert.ThrowsAsync<SocketException>(() => TcpDialer.ConnectAsync(
            [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], port, new ClientOptions(), default));

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    /// <summary>A listener whose queue is full: it answers nobody any more.</summary>
    private async Task<TcpListener> FullListenerAsync(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        listener.Start(1);
        while (await IsTakenAsync(new IPEndPoint(address, port)))
        {
        }
        return listener;
    }

    /// <summary>Whether a listener's queue takes one more. The system takes it at once, and is asked itself: however late this test hears of it,
    /// it hears the truth.</summary>
    private async Task<bool> IsTakenAsync(IPEndPoint listener)
    {
        var filler = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        _fillers.Add(filler);
        try
        {
            filler.Connect(listener);
        }
        catch (SocketException underWay) when (underWay.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The rest is the system's work.
        }
        for (int looks = 0; looks < 20; looks++)
        {
            if (filler.Poll(0, SelectMode.SelectWrite)) return true;
            await Task.Delay(10);
        }
        return filler.Poll(0, SelectMode.SelectWrite);
    }
}
