namespace LogBroker.TransportBench;

/// <summary>What moves.</summary>
internal enum Direction
{
    /// <summary>The client sends frames; each is answered by a few bytes, as a produce is.</summary>
    Sink,

    /// <summary>The client asks with a few bytes for frames read from a file, as a fetch does.</summary>
    Source,
}

/// <summary>One kind of load.</summary>
internal sealed record Workload(Direction Direction, int Connections, int FrameBytes)
{
    /// <summary>Frames under way on each connection.</summary>
    public const int Window = 5;

    /// <summary>Bytes of an answer to a frame, or of a request for one, without the size prefix.</summary>
    public const int SmallBytes = 60;
}
