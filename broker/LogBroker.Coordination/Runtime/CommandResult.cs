using System.Diagnostics.CodeAnalysis;
using LogBroker.Protocol.Errors;

namespace LogBroker.Coordination.Runtime;

/// <summary>What became of a command: the state machine's answer, or why it never got to give one.</summary>
/// <param name="Error">None with a response; else why the shard could not serve: COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR,
/// COORDINATOR_NOT_AVAILABLE or what the log refused the records with.</param>
/// <param name="Response">Set when there is no error.</param>
public readonly record struct CommandResult<TResponse>(ErrorCode Error, TResponse? Response)
    where TResponse : class
{
    [MemberNotNullWhen(true, nameof(Response))]
    public bool IsDone => Response is not null;
}

/// <summary>Makes results.</summary>
public static class CommandResult
{
    public static CommandResult<TResponse> Of<TResponse>(TResponse response)
        where TResponse : class => new(ErrorCode.None, response);

    public static CommandResult<TResponse> Failed<TResponse>(ErrorCode error)
        where TResponse : class => new(error, null);
}
