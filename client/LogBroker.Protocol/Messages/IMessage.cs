using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Messages;

/// <summary>A message of the protocol: the body of a request or response, or a struct persisted in a record.</summary>
public interface IMessage
{
    /// <summary>Writes the message in the form of <paramref name="version"/>; the caller flushes.</summary>
    /// <exception cref="UnsupportedFieldException">It holds a value the version cannot carry.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    void Write(ref KafkaWriter writer, short version);
}

/// <summary>The body of a request.</summary>
public interface IRequest : IMessage
{
    ApiKey ApiKey { get; }
}

/// <summary>The body of a response.</summary>
public interface IResponse : IMessage
{
    ApiKey ApiKey { get; }

    /// <summary>Names every error code in it, at whatever depth, as often as it is there; None is left out.</summary>
    void TellErrors(IErrorObserver observer);

    /// <summary>How long the client is asked to send nothing on this connection, in ms (KIP-219); 0 where a response cannot
    /// tell.</summary>
    int ThrottleTimeMs => 0;
}

/// <summary>A request, with the type that answers it.</summary>
public interface IRequest<TResponse> : IRequest
    where TResponse : IResponse;
