using System.Net;
using System.Net.Sockets;
using LogBroker.Server.Hosting;
using LogBroker.Server.Transports;

namespace LogBroker.Server.Tests.Transports;

public sealed class BrokerListenerFactoryTests
{
    // Linux doubles what is asked for, to account for its own bookkeeping, and has a floor.
    private const int AskedBytes = 50_000;

    [Fact]
    public void BindSocket_WithBufferSizes_SetsThemOnKafkaSocketsOnly()
    {
        var options = new ConnectionOptions { SendBufferBytes = AskedBytes, ReceiveBufferBytes = AskedBytes };

        using Socket kafka = BrokerListenerFactory.BindSocket(new KafkaEndPoint(IPAddress.Loopback, 0, "x", "X"), options);
        using Socket http = BrokerListenerFactory.BindSocket(new HttpEndPoint(IPAddress.Loopback, 0, "y"), options);
        using Socket kernel = BrokerListenerFactory.BindSocket(new KafkaEndPoint(IPAddress.Loopback, 0, "z", "Z"), new ConnectionOptions());

        Assert.Equal(2 * AskedBytes, kafka.SendBufferSize);
        Assert.Equal(2 * AskedBytes, kafka.ReceiveBufferSize);
        Assert.Equal(kernel.SendBufferSize, http.SendBufferSize);
        Assert.Equal(kernel.ReceiveBufferSize, http.ReceiveBufferSize);
        Assert.NotEqual(kernel.ReceiveBufferSize, kafka.ReceiveBufferSize);
    }
}
