using LogBroker.AdminCli.Output;
using LogBroker.Client;
using LogBroker.Protocol.Errors;

namespace LogBroker.AdminCli;

/// <summary>A failure as people read it: what happened and why, then what to try next.</summary>
/// <param name="Message">A sentence.</param>
/// <param name="Next">What to try; null when there is nothing to say.</param>
/// <param name="ExitCode">What the process ends with.</param>
internal sealed record FailureText(string Message, string? Next, int ExitCode = ExitCodes.Failed)
{
    /// <returns>Null for failures that are the program's own: those show where they come from.</returns>
    public static FailureText? Of(Exception failure) => failure switch
    {
        CommandException command => new(command.Message, command.Next, command.ExitCode),
        ClientOptionsException options => new(options.Message, null, ExitCodes.WrongUsage),
        _ when IsUnreachable(failure) => new(
            failure.Message, "Is the broker running, and the address right? ./logbroker server starts one; --bootstrap-servers names another."),
        AuthenticationFailedException => new(failure.Message, "./logbroker profile show tells the user and the mechanism; -X sasl.username=... -X sasl.password=... says others"),
        KafkaException { ErrorCode: var code } when IsForbidden(code) => new(
            failure.Message, "./logbroker profile show tells as whom you come; who administers the cluster can allow it: kafka-acls.sh --add --allow-principal User:NAME ..."),
        KafkaException or IOException or UnauthorizedAccessException => new(failure.Message, null),
        OperationCanceledException => new("Interrupted.", null),
        _ => null,
    };

    /// <summary>Whether no broker answers, so that whatever is asked next fails too.</summary>
    public static bool IsUnreachable(Exception failure) => failure is BrokerUnavailableException or RequestTimedOutException;

    /// <summary>Writes it to standard error.</summary>
    /// <returns>The exit code.</returns>
    public int WriteTo(CommandEnvironment environment)
    {
        environment.Error.WriteLine($"{environment.OnError("error:", Tone.Bad)} {TerminalText.Lines(Message)}");
        if (Next is not null) environment.Error.WriteLine($"{environment.OnError("try:", Tone.Accent)}   {TerminalText.Lines(Next)}");
        return ExitCode;
    }

    private static bool IsForbidden(ErrorCode error) => error is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
        or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.DelegationTokenAuthorizationFailed;
}
