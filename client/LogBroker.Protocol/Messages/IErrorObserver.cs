using LogBroker.Protocol.Errors;

namespace LogBroker.Protocol.Messages;

/// <summary>Is told the error codes of a response (<see cref="IResponse.TellErrors"/>).</summary>
public interface IErrorObserver
{
    /// <param name="error">Never None.</param>
    void Observe(ErrorCode error);
}
