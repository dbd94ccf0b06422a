using System.Collections.Immutable;

namespace LogBroker.Server.Hosting;

/// <summary>Bounds on connections of the Kafka protocol.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Connections at a time over all listeners (<c>max.connections</c>). A further one is closed at once.</summary>
    public int ConnectionsMax { get; init; } = int.MaxValue;

    /// <summary>Connections that the process has file descriptors for, whatever <see cref="ConnectionsMax"/> says.</summary>
    public int ConnectionsWithDescriptorMax { get; init; } = int.MaxValue;

    /// <summary>Connections at a time from one address (<c>max.connections.per.ip</c>). A further one is closed at once.</summary>
    public int ConnectionsPerAddressMax { get; init; } = int.MaxValue;

    /// <summary>Other bounds for some addresses (<c>max.connections.per.ip.overrides</c>), by address in text.</summary>
    public ImmutableDictionary<string, int> ConnectionsMaxByAddress { get; init; } =
        ImmutableDictionary<string, int>.Empty;

    /// <summary>Bounds of single listeners (<c>listener.name.NAME.max.connections</c>), by name in capitals.</summary>
    public ImmutableDictionary<string, int> ConnectionsMaxByListener { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Connections accepted in a second (<c>max.connection.creation.rate</c>); the others wait in the kernel.</summary>
    public int ConnectionsPerSecondMax { get; init; } = int.MaxValue;

    /// <summary>The same of single listeners (<c>listener.name.NAME.max.connection.creation.rate</c>), by name in capitals.</summary>
    public ImmutableDictionary<string, int> ConnectionsPerSecondMaxByListener { get; init; } =
        ImmutableDictionary<string, int>.Empty;

    /// <summary>A connection with no byte in or out for so long is closed (<c>connections.max.idle.ms</c>). Default 10
    /// minutes, Kafka's, which is longer than the 9 minutes after which its clients close an idle connection themselves.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A request must have come whole so long after its first byte, and a second more for each 64 KiB that came
    /// (<c>request.receive.timeout.ms</c>). Default 30 s: one packet lost and sent again takes less, on any line.</summary>
    public TimeSpan ReceiveTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest request in bytes (<c>socket.request.max.bytes</c>). A larger one closes the connection.</summary>
    public int RequestBytesMax { get; init; } = 100 * 1024 * 1024;

    /// <summary>Bytes of requests that have not wholly arrived, over all connections (<c>queued.max.request.bytes</c>). While
    /// they are reached, connections wait to be read from.</summary>
    public long QueuedBytesMax { get; init; } = long.MaxValue;

    /// <summary>Bytes of answers that clients leave unread, over all connections (<c>queued.max.response.bytes</c>). Beyond,
    /// the connections that have not read for the longest are closed.</summary>
    public long QueuedAnswerBytesMax { get; init; } = long.MaxValue;

    /// <summary>Requests of one connection that are not answered (<c>connection.max.in.flight.requests</c>). While they are
    /// reached, the connection is not read from. Default 100: clients that pipeline produces keep 5 to 100.</summary>
    public int InFlightMax { get; init; } = 100;

    /// <summary>Bytes of one connection that have come and were not looked at (<c>connection.max.buffered.bytes</c>). Default
    /// 128 KiB: one block arrives while the one before is worked on.</summary>
    public int BufferedBytesMax { get; init; } = 128 * 1024;

    /// <summary>Connections the kernel holds until they are accepted (<c>socket.listen.backlog.size</c>). Default 512,
    /// not Kafka's 50: a restart of the broker brings every client back within a second.</summary>
    public int ListenBacklog { get; init; } = 512;

    /// <summary>The socket's send buffer in bytes (<c>socket.send.buffer.bytes</c>); -1, the default, leaves it to the
    /// kernel, which grows it with the connection's speed. Kafka's 100 KiB would switch that off.</summary>
    public int SendBufferBytes { get; init; } = -1;

    /// <summary>The socket's receive buffer in bytes (<c>socket.receive.buffer.bytes</c>); -1, the default, leaves it to
    /// the kernel.</summary>
    public int ReceiveBufferBytes { get; init; } = -1;
}
