namespace LogBroker.Server.Connections;

/// <summary>The broker must close this connection, because the protocol has no other way to say what is wrong.</summary>
internal sealed class ConnectionAbortException(AbortReason reason, string message) : Exception(message)
{
    public AbortReason Reason { get; } = reason;
}

/// <summary>Why the broker closes a connection, as metrics tell it.</summary>
internal enum AbortReason
{
    /// <summary>The bytes are no request.</summary>
    Malformed,

    /// <summary>A kind of request, or a version of it, that is not served.</summary>
    Unsupported,

    /// <summary>A frame longer than <c>socket.request.max.bytes</c>, or of negative length.</summary>
    Oversize,

    /// <summary>A produce that wants no answer failed.</summary>
    NoAnswerWanted,

    /// <summary>The client takes no more bytes.</summary>
    Gone,

    /// <summary>The broker failed, and the API has no way to say so.</summary>
    Failed,
}
