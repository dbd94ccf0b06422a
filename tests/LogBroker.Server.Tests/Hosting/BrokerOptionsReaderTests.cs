using System.Net;
using LogBroker.Server.Hosting;

namespace LogBroker.Server.Tests.Hosting;

public sealed class BrokerOptionsReaderTests
{
    [Fact]
    public void Read_NothingGiven_ListensOnLoopbackOnly()
    {
        BrokerOptions options = TestSettings.Read();

        BrokerListener listener = Assert.Single(options.Listeners);
        Assert.Equal("PLAINTEXT://127.0.0.1:9092", listener.Address.ToString());
        Assert.Equal(listener.Address, listener.AdvertisedAddress);
        Assert.Equal("http://127.0.0.1:9644", Assert.Single(options.HttpListeners).ToString());
        Assert.Equal(Path.GetFullPath("data"), Assert.Single(options.LogDirectories));
        Assert.Equal(Path.GetFullPath("data/metadata.db"), options.MetadataFile);
        Assert.Equal(1, options.NodeId);
        Assert.True(options.SyncBeforeAck);
        Assert.Equal(options.Descriptors.ConnectionsMax, options.Connections.ConnectionsWithDescriptorMax);
    }

    [Fact]
    public void Read_NamedListeners_AreMappedAndAdvertised()
    {
        BrokerOptions options = TestSettings.Read(
            "listeners=inside://[::1]:9092,OUTSIDE://:9093,CONTROLLER://:9094",
            "advertised.listeners=OUTSIDE://broker.example:19093",
            "listener.security.protocol.map=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
            "controller.listener.names=CONTROLLER");

        Assert.Equal(["INSIDE://[::1]:9092", "OUTSIDE://:9093"], options.Listeners.Select(l => l.Address.ToString()));
        Assert.Null(options.Listeners[0].AdvertisedAddress);
        Assert.Equal("OUTSIDE://broker.example:19093", options.Listeners[1].AdvertisedAddress.ToString());
        Assert.True(options.Listeners[1].Address.IsAnyHost);
        Assert.All(options.Listeners, listener => Assert.Equal(SecurityProtocol.Plaintext, listener.SecurityProtocol));
    }

    [Theory]
    [InlineData("listeners=PLAINTEXT//127.0.0.1:9092", "NAME://host:port")]
    [InlineData("listeners=PLAINTEXT://127.0.0.1", "NAME://host:port")]
    [InlineData("listeners=PLAINTEXT://127.0.0.1:65536", "NAME://host:port")]
    [InlineData("listeners=PLAINTEXT://::1:9092", "NAME://host:port")]
    [InlineData("listeners=PLAINTEXT://a:1,PLAINTEXT://b:2", "more than once")]
    [InlineData("listeners=PLAINTEXT://0.0.0.0:9092", "clients cannot connect")]
    [InlineData("listeners=FOO://a:1", "no security protocol")]
    [InlineData("listeners=SSL://a:1", "not serve yet")]
    [InlineData("advertised.listeners=OTHER://a:1", "no listener named OTHER")]
    [InlineData("listener.security.protocol.map=A", "NAME:PROTOCOL")]
    [InlineData("http.listeners=https://a:1", "http://")]
    [InlineData("node.id=-5", "node.id")]
    [InlineData("log.level=loud", "log.level")]
    [InlineData("max.connections.per.ip.overrides=x", "ADDRESS:NUMBER")]
    public void Read_BadValue_IsRefusedWithAReason(string pair, string reason) =>
        Assert.Contains(reason, Assert.Throws<SettingsException>(() => TestSettings.Read(pair)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_TwoListenersOnOnePort_IsRefused() =>
        Assert.Contains("port 9092", Assert.Throws<SettingsException>(() => TestSettings.Read(
            "listeners=A://x:9092,B://x:9092", "listener.security.protocol.map=A:PLAINTEXT,B:PLAINTEXT")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_EmptyHttpListeners_SwitchesHttpOff() =>
        Assert.Empty(TestSettings.Read("http.listeners=").HttpListeners);

    [Fact]
    public void Read_OlderNames_AreUnderstood()
    {
        BrokerOptions options = TestSettings.Read("broker.id=4", "log.dir=/tmp/a", "max.connections.per.ip.overrides=[::1]:3,10.0.0.1:2");

        Assert.Equal(4, options.NodeId);
        Assert.Equal(["/tmp/a"], options.LogDirectories.AsEnumerable());
        Assert.Equal(3, options.Connections.ConnectionsMaxByAddress["::1"]);
        Assert.Equal(2, options.Connections.ConnectionsMaxByAddress["10.0.0.1"]);
        Assert.Throws<SettingsException>(() => TestSettings.Read("broker.id=4", "node.id=5"));
    }

    [Theory]
    [InlineData(20_000, 4096, 15_404)]
    [InlineData(1024, 131, 393)]
    [InlineData(256, 32, 96)]
    public void DescriptorBudget_OfALimit_LeavesAReserve(int limit, int segmentHandles, int connections) =>
        Assert.Equal(new DescriptorBudget(limit, segmentHandles, connections), DescriptorBudget.Of(limit));

    [Fact]
    public void BoundListener_WithoutAdvertisedHostOrPort_TakesThisMachinesNameAndTheBoundPort()
    {
        BrokerListener listener = TestSettings.Read("listeners=PLAINTEXT://:0").Listeners[0];

        var bound = new BoundListener(listener, new IPEndPoint(IPAddress.IPv6Any, 4711));

        Assert.Equal((Dns.GetHostName(), 4711), bound.Advertised);
    }
}
