using System.Net;
using LogBroker.Protocol;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Server.Connections;

/// <summary>Turns a failure of the broker into an answer of the API that was asked, and a line in the log.</summary>
/// <remarks>Stateless and thread safe.</remarks>
internal sealed partial class RequestFailures(ILogger<RequestFailures> logger)
{
    /// <summary>Whether the client is told of such a failure; the others end its connection.</summary>
    public static bool IsAnswered(Exception failure) =>
        failure is not (ConnectionAbortException or MalformedMessageException or OperationCanceledException);

    /// <summary>What the client is told: KafkaStorageError when a disk failed, else UnknownServerError.</summary>
    /// <exception cref="ConnectionAbortException">The API has no way to say so, or wants no answer.</exception>
    public IResponse Answer(PendingResponse due, Exception failure)
    {
        ErrorCode error = failure is IOException ? ErrorCode.KafkaStorageError : ErrorCode.UnknownServerError;
        Log.Failed(logger, failure, due.Meter.Api, due.Context.ApiVersion, due.Context.ClientId, due.Context.RemoteEndPoint, error);
        return due.Request is { } request && FailureAnswers.Of(request, error) is { } answer
            ? answer
            : throw new ConnectionAbortException(AbortReason.Failed, $"{due.Meter.Api} failed: {failure.Message}");
    }

    private static partial class Log
    {
        [LoggerMessage(1203, LogLevel.Error,
            "{Api} version {Version} of client {ClientId} at {RemoteEndPoint} failed and is answered with {Error}",
            EventName = "RequestFailed")]
        public static partial void Failed(
            ILogger logger, Exception exception, ApiKey api, short version, string? clientId, EndPoint? remoteEndPoint, ErrorCode error);
    }
}
