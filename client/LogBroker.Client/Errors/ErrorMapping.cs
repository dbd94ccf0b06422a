using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Errors;

/// <summary>The one place where a code of the protocol becomes an exception, and where it is told what a retry needs first.</summary>
internal static class ErrorMapping
{
    /// <summary>The exception for an error that was answered.</summary>
    /// <param name="error">Not None.</param>
    /// <param name="what">What was asked, as the start of a sentence: "Creating topic orders".</param>
    /// <param name="detail">The broker's own message, if it gave one.</param>
    public static KafkaException ToException(this ErrorCode error, string what, string? detail = null)
    {
        string reason = detail is { Length: > 0 } ? $"{error}: {detail}" : error.ToString();
        string message = $"{what} failed with {reason}{(reason.EndsWith('.') ? "" : ".")}{Advice(error)}";
        return error switch
        {
            ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState =>
                new AuthenticationFailedException(message),
            ErrorCode.ProducerFenced => new ProducerFencedException(error, message),
            ErrorCode.TransactionAbortable => new TransactionAbortableException(error, message),
            ErrorCode.RebalanceInProgress => new RebalanceInProgressException(message),
            ErrorCode.RequestTimedOut => new RequestTimedOutException(message),
            _ => new KafkaException(error, message),
        };
    }

    /// <summary>Whether the coordinator has to be looked up anew before a retry.</summary>
    public static bool NeedsCoordinatorLookup(this ErrorCode error) => error is
        ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.NetworkException;

    private static string Advice(ErrorCode error) => error switch
    {
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or
            ErrorCode.TransactionalIdAuthorizationFailed => " Grant the client's principal the right by an ACL.",
        ErrorCode.UnsupportedVersion => " The broker is older than what this call needs.",
        ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend =>
            " Fewer replicas are in sync than min.insync.replicas asks for.",
        _ => "",
    };
}
