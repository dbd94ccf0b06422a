using LogBroker.Client.Errors;
using LogBroker.Protocol.Errors;

namespace LogBroker.Client.Producing.Transactions;

/// <summary>What an error means for a transaction: try again, abort, or give the producer up.</summary>
internal static class TransactionErrors
{
    /// <summary>The same request may succeed later.</summary>
    public static bool IsRetriable(ErrorCode error) => error is ErrorCode.ConcurrentTransactions || ErrorCodes.IsRetriable(error);

    /// <summary>The producer cannot go on: another one took its place, or it has no right to be there.</summary>
    public static bool IsFatal(ErrorCode error) => error is ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch
        or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.InvalidTxnState
        or ErrorCode.InvalidTransactionTimeout or ErrorCode.UnsupportedVersion or ErrorCode.UnsupportedForMessageFormat or ErrorCode.TransactionCoordinatorFenced;

    /// <summary>The coordinator does not know the producer any more: its id has expired, or was lost.</summary>
    public static bool IsForgotten(ErrorCode error) => error is ErrorCode.InvalidProducerIdMapping or ErrorCode.UnknownProducerId;

    /// <summary>The exception for an answer of a coordinator.</summary>
    public static KafkaException ToException(ErrorCode error, string transactionalId, string what)
    {
        string message = error.ToException($"{what} of {transactionalId}").Message;
        return error switch
        {
            ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch => Fenced(error, transactionalId),
            ErrorCode.InvalidTransactionTimeout => new FatalProducerException(
                error, message + " TransactionTimeout (transaction.timeout.ms) is longer than the brokers' transaction.max.timeout.ms."),
            _ when IsFatal(error) => new FatalProducerException(error, message + " The producer cannot go on: dispose it."),
            _ => new TransactionAbortableException(error, message + " Abort the transaction and try it again."),
        };
    }

    /// <summary>A commit was refused since there is no transaction: it was open for too long, as a rule.</summary>
    public static TransactionAbortableException TimedOut(KafkaException refused, string transactionalId) => new(
        refused.ErrorCode,
        $"The transaction of {transactionalId} is not open any more: it was open for longer than TransactionTimeout " +
        "(transaction.timeout.ms), and the cluster has aborted it. Abort it and try it again.",
        refused);

    /// <summary>The failure of records as the transaction sees it.</summary>
    public static KafkaException OfRecords(KafkaException failure, string transactionalId) => failure.ErrorCode switch
    {
        ErrorCode.ProducerFenced => Fenced(failure.ErrorCode, transactionalId),
        // An epoch can be too low after a time-out of the transaction, too: its abort tells whether somebody took over.
        ErrorCode.InvalidProducerEpoch => Abortable(failure, transactionalId),
        ErrorCode error when IsFatal(error) => new FatalProducerException(
            error, $"Records of transaction {transactionalId} failed: {failure.Message} The producer cannot go on: dispose it.", failure),
        _ => Abortable(failure, transactionalId),
    };

    private static TransactionAbortableException Abortable(KafkaException failure, string transactionalId) => new(
        failure.ErrorCode, $"Records of transaction {transactionalId} failed: {failure.Message} Abort it and try it again.", failure);

    private static ProducerFencedException Fenced(ErrorCode error, string transactionalId) => new(
        error,
        $"Another producer with transactional id {transactionalId} has taken over, or a transaction was open for longer than " +
        $"TransactionTimeout (transaction.timeout.ms) and the cluster has aborted it ({error}): dispose this producer.");
}
