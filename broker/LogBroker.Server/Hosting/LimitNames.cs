namespace LogBroker.Server.Hosting;

/// <summary>The settings that bound what clients may take.</summary>
internal static class LimitNames
{
    public const string Connections = "max.connections";
    public const string ConnectionsPerAddress = "max.connections.per.ip";
    public const string ConnectionsPerAddressOverrides = "max.connections.per.ip.overrides";
    public const string CreationRate = "max.connection.creation.rate";
    public const string IdleTime = "connections.max.idle.ms";
    public const string RequestBytes = "socket.request.max.bytes";
    public const string QueuedBytes = "queued.max.request.bytes";
    public const string AnswerBytes = "queued.max.response.bytes";
    public const string InFlight = "connection.max.in.flight.requests";
    public const string BufferedBytes = "connection.max.buffered.bytes";
    public const string ReceiveTime = "request.receive.timeout.ms";

    /// <summary>Not a setting of ours: the system's limit on what a process may have open (<c>ulimit -n</c>).</summary>
    public const string Descriptors = "open files limit";

    /// <summary>The name under which a listener has such a setting for itself.</summary>
    public static string OfListener(string listener, string setting) =>
        $"listener.name.{listener.ToLowerInvariant()}.{setting}";
}
